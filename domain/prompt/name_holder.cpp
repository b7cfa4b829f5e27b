#include "domain/prompt/name_holder.hpp"

#include <utility>

#include "domain/prompt/codec.hpp"

namespace ledger::prompt {

NameHolder evolve(NameHolder holder, const std::string& prompt, const Event& event) {
  const auto take = [&](const Name& name) {
    if (name == holder.name) holder.prompt = prompt;
  };
  const auto release = [&](const Name& name) {
    if (name == holder.name && holder.prompt == prompt) holder.prompt.reset();
  };
  std::visit(Overloaded{
                 [&](const Created& e) { take(e.beginning.name); },
                 [&](const Forked& e) { take(e.beginning.name); },
                 [&](const Changed& e) {
                   if (!e.renamed) return;
                   release(e.renamed->from);
                   take(e.renamed->to);
                 },
                 [](const VersionAdded&) {},
                 [](const RolledBack&) {},
                 [](const LifecycleMoved&) {},
                 [](const LabelMoved&) {},
                 [](const LabelRemoved&) {},
                 [&](const Deleted& e) { release(e.name); },
                 [&](const Restored& e) { take(e.name); },
             },
             event);
  return holder;
}

Result<NameHolder, std::string> apply(NameHolder holder, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) {
    return evolve(std::move(holder), recorded.stream.id, event);
  });
}

}  // namespace ledger::prompt
