#include "domain/replay/event_words.hpp"

#include <algorithm>
#include <map>

namespace ledger {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }
std::string full(const prompt::Name& name) { return quoted(name.category + "/" + name.name); }
std::string number(prompt::VersionNumber version) { return std::to_string(version); }

std::string because(const prompt::NewVersion& version) { return version.change_log.empty() ? "" : ": " + version.change_log; }

std::string in_words(const prompt::Changed& e) {
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

std::string of_version(const execution::Request& request) { return "version " + number(request.version) + " of prompt " + request.prompt; }

// Every part of an opinion by its name, with what it says; a comment is there or not.
std::map<std::string, std::string> parts(const feedback::Opinion& opinion) {
  std::map<std::string, std::string> said;
  const auto put = [&](const char* name, const auto& choice) {
    if (choice) said[name] = to_text(*choice);
  };
  put("user_choice", opinion.user_choice);
  put("judge_winner", opinion.judge_winner);
  put("agent_winner", opinion.agent_winner);
  put("thumbs", opinion.thumbs);
  if (opinion.rating) said["rating"] = std::to_string(*opinion.rating);
  return said;
}

std::string in_words(const feedback::Given& e) {
  std::string list;
  const auto add = [&](const std::string& what) { list += (list.empty() ? ": " : "; ") + what; };
  for (const auto& [name, said] : parts(e.opinion)) add(name + " " + said);
  if (!e.opinion.comment.empty()) add("a comment");
  return "gave feedback on request " + quoted(e.about.request_id) + list;
}

std::string in_words(const feedback::Changed& e) {
  std::string list;
  const auto add = [&](const std::string& what) { list += (list.empty() ? ": " : "; ") + what; };
  const auto before = parts(e.from), after = parts(e.to);
  for (const auto& [name, said] : after) {
    const auto was = before.find(name);
    if (was == before.end()) add(name + " " + said);
    else if (was->second != said) add(name + " from " + was->second + " to " + said);
  }
  for (const auto& [name, said] : before) {
    if (!after.contains(name)) add(name + " " + said + " taken back");
  }
  if (e.from.comment != e.to.comment) add(e.to.comment.empty() ? "the comment taken back" : e.from.comment.empty() ? "a comment" : "another comment");
  return "changed feedback on request " + quoted(e.about.request_id) + list;
}

// A whole text is not repeated.
std::string in_words(const score::Value& value) {
  return std::visit(Overloaded{
                        [](Score number) { return to_text(number); },
                        [](bool flag) { return std::string(flag ? "true" : "false"); },
                        [](const std::string& word) { return word; },
                        [](const PersonalText&) { return std::string("a text"); },
                    },
                    value);
}

std::string of_target(const score::Target& target) {
  if (target.kind == score::TargetKind::version) return "version " + number(target.version) + " of prompt " + target.prompt;
  std::string kind(to_text(target.kind));
  std::ranges::replace(kind, '_', ' ');
  return kind + " " + target.id;
}

}  // namespace

std::string in_words(const prompt::Event& event) {
  return std::visit(Overloaded{
                        [](const prompt::Created& e) { return "created " + full(e.beginning.name); },
                        [](const prompt::Forked& e) {
                          return "forked " + full(e.beginning.name) + " from version " + number(e.from.version) + " of prompt " + e.from.prompt;
                        },
                        [](const prompt::Changed& e) { return in_words(e); },
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

std::string in_words(const execution::Event& event) {
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

std::string in_words(const feedback::Event& event) {
  return std::visit(Overloaded{[](const feedback::Given& e) { return in_words(e); }, [](const feedback::Changed& e) { return in_words(e); }}, event);
}

std::string in_words(const judge_score::Event& event) {
  return std::visit(Overloaded{[](const judge_score::Given& e) {
                      std::string list;
                      for (const auto& [dimension, score] : e.scores) list += (list.empty() ? ": " : ", ") + dimension + " " + to_text(score);
                      return quoted(e.judge) + " scored version " + number(e.version) + " of prompt " + e.prompt + list;
                    }},
                    event);
}

std::string in_words(const security_scan::Event& event) {
  return std::visit(Overloaded{[](const security_scan::Recorded& e) { return "scanned a text: " + e.label + ", risk " + to_text(e.risk); }}, event);
}

std::string in_words(const subject::Event& event) {
  return std::visit(Overloaded{[](const subject::Erased&) { return std::string("erased the subject's personal text by deleting its key"); }}, event);
}

std::string in_words(const checkpoint::Event& event) {
  return std::visit(Overloaded{[](const checkpoint::Signed& e) {
                      return "signed the first " + std::to_string(e.size) + " records of " + e.log + "/" + std::to_string(e.partition);
                    }},
                    event);
}

std::string in_words(const model::Event& event) {
  return std::visit(Overloaded{
                        [](const model::Created& e) { return "created model " + quoted(e.name); },
                        [](const model::Changed& e) {
                          const std::string details = e.details ? "changed what is said of the model" : "";
                          if (!e.prices) return details;
                          const auto period = model::repriced(e.prices->from, e.prices->to);
                          return details + (e.details ? "; " : "") + "changed its prices" + (period ? " from " + to_rfc3339(period->from) + " on" : "");
                        },
                        [](const model::Deleted& e) { return "deleted model " + quoted(e.name); },
                        [](const model::Restored& e) { return "restored model " + quoted(e.name); },
                    },
                    event);
}

std::string in_words(const score::Event& event) {
  return std::visit(Overloaded{[](const score::Given& e) { return "scored " + of_target(e.target) + ": " + e.name + " " + in_words(e.value); }}, event);
}

std::string in_words(const score_definition::Event& event) {
  return std::visit(Overloaded{
                        [](const score_definition::Created& e) { return "defined the " + std::string(to_text(e.type)) + " score " + quoted(e.name); },
                        [](const score_definition::Changed&) { return std::string("changed which values the score takes, or what it means"); },
                        [](const score_definition::Deleted& e) { return "deleted the definition of score " + quoted(e.name); },
                        [](const score_definition::Restored& e) { return "restored the definition of score " + quoted(e.name); },
                    },
                    event);
}

std::string in_words(const settings::Event& event) {
  return std::visit(Overloaded{
                        [](const settings::LabelProtected& e) { return "protected label " + quoted(e.label); },
                        [](const settings::LabelUnprotected& e) { return "lifted the protection of label " + quoted(e.label); },
                    },
                    event);
}

std::string in_words(const workspace::Event& event) {
  return std::visit(Overloaded{[](const workspace::Created& e) { return "created workspace " + quoted(e.name); }}, event);
}

std::string in_words(const api_key::Event& event) {
  return std::visit(Overloaded{
                        [](const api_key::Created& e) { return "created key " + quoted(e.name) + " with role " + std::string(access::to_text(e.role)); },
                        [](const api_key::Revoked&) { return std::string("revoked the key"); },
                    },
                    event);
}

std::string in_words(const projection::Event& event) {
  const auto speed = [](std::int64_t max_records_per_s) {
    return max_records_per_s > 0 ? "at most " + std::to_string(max_records_per_s) + " records a second" : std::string("as quickly as it goes");
  };
  const auto place = [](const projection::Parked& parked) {
    return "the event of " + parked.stream + " at " + parked.place.topic + "/" + std::to_string(parked.place.partition) + "@" + std::to_string(parked.place.height);
  };
  return std::visit(Overloaded{
                        [](const projection::Paused&) { return std::string("paused the projection"); },
                        [](const projection::Resumed&) { return std::string("resumed the projection"); },
                        [&](const projection::RebuildRequested& e) {
                          return "asked for a rebuild, " + speed(e.max_records_per_s) + (e.force ? ", to be swapped in whatever differs" : "");
                        },
                        [&](const projection::RebuildThrottled& e) { return "set the speed of the rebuild: " + speed(e.max_records_per_s); },
                        [](const projection::RebuildStarted& e) { return "began the rebuild on " + e.node; },
                        [](const projection::RebuildCancelled&) { return std::string("cancelled the rebuild"); },
                        [](const projection::RebuildEnded& e) {
                          return "ended the rebuild after " + std::to_string(e.records) + " records: " + std::string(to_text(e.outcome)) + (e.detail.empty() ? "" : ", " + e.detail);
                        },
                        [&](const projection::ParkedRetried& e) { return "tried " + place(e.parked) + " again"; },
                        [&](const projection::ParkedSkipped& e) { return "left " + place(e.parked) + " out of the model"; },
                    },
                    event);
}

}  // namespace ledger
