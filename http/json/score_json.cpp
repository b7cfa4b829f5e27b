#include "http/json/score_json.hpp"

#include "domain/feedback/feedback.hpp"
#include "domain/json.hpp"
#include "http/json/members.hpp"
#include "http/json/personal_json.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

void put_target(json& out, const score::Target& target) {
  out["target"] = to_text(target.kind);
  switch (target.kind) {
    case score::TargetKind::execution:
      out["execution_id"] = target.id;
      break;
    case score::TargetKind::trace:
      out["trace_id"] = target.id;
      break;
    case score::TargetKind::session:
      out["session"] = target.id;
      break;
    case score::TargetKind::version:
      break;
    case score::TargetKind::test_run:
      out["test_run_id"] = target.id;
      break;
  }
  put(out, "prompt_id", target.prompt);
  if (target.version > 0) out["version"] = target.version;
}

// The comment of feedback on a request, the one text among scores that may be sealed, at its place there.
void put_text(json& out, const PersonalText& text, const PersonalFrom& from) {
  json shown = json::object();
  put_personal(shown, "comment", text, from);
  if (shown.contains("comment")) out["value"] = std::move(shown["comment"]);
  shown.erase("comment");
  out.update(shown);
}

void put_value(json& out, const score::Value& value, const PersonalFrom& from) {
  std::visit(Overloaded{
                 [&](Score number) { out["value"] = to_number(number); },
                 [&](bool flag) { out["value"] = flag; },
                 [&](const std::string& word) { out["value"] = word; },
                 [&](const PersonalText& text) { put_text(out, text, from); },
             },
             value);
}

}  // namespace

json score_json(const projections::ScoreEntry& entry, const sealing::OpenKeys& keys) {
  const auto& state = entry.state;
  const auto& given = state.given;
  json out{{"id", entry.id},
           {"kind", to_text(entry.kind)},
           {"said_in", entry.stream},
           {"name", given.name},
           {"type", to_text(given.type)},
           {"source", to_text(given.source)},
           {"author", state.author},
           {"created_at", to_rfc3339(state.created_at)},
           {"stream_version", state.version}};
  put_target(out, given.target);
  const PersonalFrom from{state.workspace, {std::string(feedback::kStreamKind), entry.stream}, keys};
  put_value(out, given.value, from);
  put_personal(out, "comment", given.comment, from);
  put(out, "judge", entry.judge);
  put(out, "user", given.user);
  put(out, "reason", state.reason);
  if (given.checked_by) {
    out["definition_id"] = given.checked_by->definition;
    out["definition_version"] = given.checked_by->version;
  }
  return out;
}

json score_json(const std::string& id, const score::State& state) {
  return score_json(projections::ScoreEntry{.id = id, .kind = projections::ScoreKind::score, .stream = id, .judge = {}, .state = state}, {});
}

json score_definition_json(const std::string& id, const score_definition::State& state) {
  const auto& rules = state.rules;
  json out{{"id", id},
           {"name", state.name},
           {"type", to_text(state.type)},
           {"author", state.author},
           {"created_at", to_rfc3339(state.created_at)},
           {"updated_at", to_rfc3339(state.updated_at)},
           {"stream_version", state.version}};
  put(out, "description", rules.description);
  if (rules.lowest) out["min"] = to_number(*rules.lowest);
  if (rules.highest) out["max"] = to_number(*rules.highest);
  if (!rules.categories.empty()) out["categories"] = rules.categories;
  put(out, "deleted_at", state.deleted_at);
  return out;
}

}  // namespace ledger::http
