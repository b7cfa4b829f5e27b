#include "domain/prompt/events.hpp"

namespace ledger::prompt {
namespace {

std::vector<std::string> tags_of_beginning(const Beginning& beginning) {
  std::vector<std::string> tags{name_tag(beginning.name)};
  for (const auto& label : beginning.labels) tags.push_back(label_tag(label));
  return tags;
}

}  // namespace

bool operator==(const NewVersion& a, const NewVersion& b) {
  const bool same_content = a.content == b.content || (a.content && b.content && *a.content == *b.content);
  return same_content && a.number == b.number && a.source == b.source && a.parent_version == b.parent_version &&
         a.explanation == b.explanation && a.change_log == b.change_log;
}

std::vector<std::string> tags_of(const Event& event) {
  using Tags = std::vector<std::string>;
  return std::visit(Overloaded{
                        [](const Created& e) { return tags_of_beginning(e.beginning); },
                        [](const Forked& e) { return tags_of_beginning(e.beginning); },
                        [](const Changed& e) {
                          return e.renamed ? Tags{name_tag(e.renamed->from), name_tag(e.renamed->to)} : Tags{};
                        },
                        [](const VersionAdded&) { return Tags{}; },
                        [](const RolledBack&) { return Tags{}; },
                        [](const LifecycleMoved&) { return Tags{}; },
                        [](const LabelMoved& e) { return Tags{label_tag(e.label)}; },
                        [](const LabelRemoved& e) { return Tags{label_tag(e.label)}; },
                        [](const Deleted& e) { return Tags{name_tag(e.name)}; },
                        [](const Restored& e) { return Tags{name_tag(e.name)}; },
                    },
                    event);
}

}  // namespace ledger::prompt
