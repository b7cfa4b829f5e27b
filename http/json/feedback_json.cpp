#include "http/json/feedback_json.hpp"

#include "domain/json.hpp"
#include "http/json/members.hpp"
#include "http/json/personal_json.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// Who said it and when: what everything has that is said once.
template <class State>
json said_json(const std::string& id, const State& state) {
  json out{{"id", id}, {"author", state.author}, {"created_at", to_rfc3339(state.created_at)}, {"stream_version", state.version}};
  return out;
}

}  // namespace

json feedback_json(const std::string& id, const feedback::State& state, const sealing::OpenKeys& keys) {
  const auto& about = state.about;
  const auto& opinion = state.opinion;
  json out = said_json(id, state);
  out["updated_at"] = to_rfc3339(state.updated_at);
  out["request_id"] = about.request_id;
  out["execution_id"] = about.execution;
  out["prompt_id"] = about.prompt;
  out["version"] = about.version;
  put(out, "user", about.user);
  put(out, "user_choice", opinion.user_choice);
  put(out, "judge_winner", opinion.judge_winner);
  put(out, "agent_winner", opinion.agent_winner);
  if (const auto correct = feedback::judge_correct(opinion)) out["judge_correct"] = *correct;
  if (opinion.rating) out["rating"] = *opinion.rating;
  put(out, "thumbs", opinion.thumbs);
  put_personal(out, "comment", opinion.comment, {state.workspace, {std::string(feedback::kStreamKind), id}, keys});
  return out;
}

json judge_score_json(const std::string& id, const judge_score::State& state) {
  json out = said_json(id, state);
  out["prompt_id"] = state.given.prompt;
  out["version"] = state.given.version;
  out["judge"] = state.given.judge;
  for (const auto& [dimension, score] : state.given.scores) out["scores"][dimension] = to_number(score);
  put(out, "reason", state.reason);
  return out;
}

json security_scan_json(const std::string& id, const security_scan::State& state, const sealing::OpenKeys& keys) {
  json out = said_json(id, state);
  put_personal(out, "input_text", state.scan.input, {state.workspace, {std::string(security_scan::kStreamKind), id}, keys});
  out["risk_score"] = to_number(state.scan.risk);
  out["label"] = state.scan.label;
  put(out, "user", state.scan.user);
  put(out, "reason", state.reason);
  return out;
}

json head_json(const projections::Head& head) {
  return {{"version", head.version}, {"score", to_number(head.score)}, {"dimensions", dimensions_json(head.dimensions)}};
}

json dimensions_json(const std::vector<projections::DimensionNumbers>& dimensions) {
  json out = json::object();
  for (const auto& one : dimensions) {
    out[one.dimension] = {{"scores", one.scores}, {"average", to_number(one.average)}, {"lowest", to_number(one.lowest)}, {"highest", to_number(one.highest)}};
  }
  return out;
}

json effectiveness_json(const projections::AgentWins& wins) {
  std::int64_t total = 0;
  for (const auto& [agent, won] : wins) total += won;
  json out;
  for (const auto agent : feedback::kAgents) {
    const auto found = wins.find(agent);
    const std::int64_t won = found == wins.end() ? 0 : found->second;
    json& shown = out[std::string(to_text(agent))] = {{"wins", won}, {"total", total}, {"effectiveness", nullptr}};
    if (total > 0) shown["effectiveness"] = static_cast<double>(won) / static_cast<double>(total);
  }
  return out;
}

}  // namespace ledger::http
