#include "http/event_words.hpp"

#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"
#include "domain/execution/codec.hpp"
#include "domain/execution/state.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/state.hpp"
#include "domain/settings/settings.hpp"

namespace ledger::http {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }
std::string full(const prompt::Name& name) { return quoted(name.category + "/" + name.name); }
std::string number(prompt::VersionNumber version) { return std::to_string(version); }

std::string because(const prompt::NewVersion& version) { return version.change_log.empty() ? "" : ": " + version.change_log; }

std::string words(const prompt::Changed& e) {
  std::string list;
  const auto add = [&](const std::string& what) { list += (list.empty() ? "" : "; ") + what; };
  if (e.renamed) add("renamed from " + full(e.renamed->from) + " to " + full(e.renamed->to));
  if (e.title) add(e.title->empty() ? "took the title away" : "set the title to " + quoted(*e.title));
  if (e.description) add(e.description->empty() ? "took the description away" : "changed the description");
  if (e.tags) add("changed the tags");
  if (e.metadata) add("changed the metadata");
  if (e.version) add("added version " + number(e.version->number) + because(*e.version));
  return list;
}

std::string words(const prompt::Event& event) {
  return std::visit(Overloaded{
                        [](const prompt::Created& e) { return "created " + full(e.beginning.name); },
                        [](const prompt::Forked& e) {
                          return "forked " + full(e.beginning.name) + " from version " + number(e.from.version) + " of prompt " + e.from.prompt;
                        },
                        [](const prompt::Changed& e) { return words(e); },
                        [](const prompt::VersionAdded& e) { return "added version " + number(e.version.number) + because(e.version); },
                        [](const prompt::RolledBack& e) {
                          return "rolled back to version " + number(e.to) + ", as version " + number(e.version.number) + because(e.version);
                        },
                        [](const prompt::LifecycleMoved& e) {
                          return "moved from " + std::string(prompt::to_text(e.from)) + " to " + std::string(prompt::to_text(e.to));
                        },
                        [](const prompt::LabelMoved& e) {
                          if (!e.from) return "set label " + quoted(e.label) + " to version " + number(e.to);
                          return "moved label " + quoted(e.label) + " from version " + number(*e.from) + " to " + number(e.to);
                        },
                        [](const prompt::LabelRemoved& e) { return "removed label " + quoted(e.label) + ", which pointed to version " + number(e.from); },
                        [](const prompt::Deleted& e) { return "deleted " + full(e.name); },
                        [](const prompt::Restored& e) { return "restored " + full(e.name); },
                    },
                    event);
}

std::string of_version(const execution::Request& request) { return "version " + number(request.version) + " of prompt " + request.prompt; }

std::string words(const execution::Event& event) {
  return std::visit(Overloaded{
                        [](const execution::Requested& e) { return "requested " + of_version(e.request); },
                        [](const execution::Recorded& e) {
                          return "recorded a " + std::string(to_text(e.status)) + " execution of " + of_version(e.request);
                        },
                        [](const execution::Started&) { return std::string("started"); },
                        [](const execution::Completed& e) { return "completed, for " + to_text(e.ending.cost) + " USD"; },
                        [](const execution::Failed& e) { return "failed: " + e.ending.error; },
                        [](const execution::Cancelled&) { return std::string("cancelled"); },
                        [](const execution::Validated& e) { return "validated: " + std::string(to_text(e.checked.status)); },
                        [](const execution::LogAppended& e) { return "logged (" + std::string(to_text(e.level)) + "): " + e.message; },
                    },
                    event);
}

std::string words(const settings::Event& event) {
  return std::visit(Overloaded{
                        [](const settings::LabelProtected& e) { return "protected label " + quoted(e.label); },
                        [](const settings::LabelUnprotected& e) { return "lifted the protection of label " + quoted(e.label); },
                    },
                    event);
}

std::string words(const workspace::Event& event) {
  return std::visit(Overloaded{[](const workspace::Created& e) { return "created workspace " + quoted(e.name); }}, event);
}

std::string words(const api_key::Event& event) {
  return std::visit(Overloaded{
                        [](const api_key::Created& e) { return "created key " + quoted(e.name) + " with role " + std::string(access::to_text(e.role)); },
                        [](const api_key::Revoked&) { return std::string("revoked the key"); },
                    },
                    event);
}

// An event that a newer version of the program wrote has a type all the same.
template <class Event>
std::string words_or_type(const Result<Event, std::string>& event, const RecordedEvent& recorded) {
  return event ? words(*event) : recorded.type;
}

}  // namespace

std::string in_words(const RecordedEvent& event) {
  const auto& kind = event.stream.kind;
  if (kind == prompt::kStreamKind) return words_or_type(prompt::decode(event.type, event.data), event);
  if (kind == execution::kStreamKind) return words_or_type(execution::decode(event.type, event.data), event);
  if (kind == settings::kStreamKind) return words_or_type(settings::decode(event.type, event.data), event);
  if (kind == workspace::kStreamKind) return words_or_type(workspace::decode(event.type, event.data), event);
  if (kind == api_key::kStreamKind) return words_or_type(api_key::decode(event.type, event.data), event);
  return event.type;
}

}  // namespace ledger::http
