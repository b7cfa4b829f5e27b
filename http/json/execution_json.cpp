#include "http/json/execution_json.hpp"

#include "domain/json.hpp"
#include "http/json/members.hpp"
#include "http/json/personal_json.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

json usage_json(const execution::TokenUsage& usage, const std::optional<model::Cost>& priced) {
  json out = json::object();
  for (const auto& [kind, tokens] : usage.tokens) out[kind] = tokens;
  out["total"] = usage.total;
  for (const auto& [kind, cost] : priced ? priced->by_kind : usage.cost) out["cost_usd"][kind] = to_text(cost);
  return out;
}

}  // namespace

const char* cost_source(const execution::Ending& ending, const std::optional<model::Cost>& priced) {
  if (execution::tells_cost(ending)) return "told";
  return priced ? "priced" : "unknown";
}

json execution_json(const std::string& id, const execution::State& state, const sealing::OpenKeys& keys, const std::optional<model::Cost>& priced) {
  const auto& request = state.request;
  const auto& ending = state.ending;
  json out{{"id", id},
           {"request_id", request.request_id},
           {"prompt_id", request.prompt},
           {"version", request.version},
           {"status", to_text(state.status)},
           {"priority", to_text(request.priority)},
           {"provider", request.provider},
           {"model", request.model},
           {"context", json::parse(request.context.text)},
           {"validation_status", to_text(state.checked.status)},
           {"token_usage", usage_json(ending.usage, priced)},
           {"cost_usd", to_text(priced ? priced->total : ending.cost)},
           {"cost_source", cost_source(ending, priced)},
           {"actor", state.actor},
           {"stream_version", state.version},
           {"log_lines", state.log_lines},
           {"created_at", to_rfc3339(state.created_at)}};
  const PersonalFrom from{state.workspace, {std::string(execution::kStreamKind), id}, keys};
  put_personal(out, "inputs", request.inputs, from, PersonalAs::json);
  put_personal(out, "output", ending.output, from);
  if (ending.latency_ms) out["latency_ms"] = *ending.latency_ms;
  if (state.checked.output) out["validated_output"] = json::parse(state.checked.output->text);
  put(out, "label", request.label);
  put(out, "ab_test_id", request.ab_test);
  put(out, "error", ending.error);
  put(out, "trace_id", request.trace_id);
  put(out, "user", request.user);
  put(out, "session", request.session);
  put(out, "edge_function_id", request.edge_function_id);
  put(out, "started_at", state.started_at);
  put(out, "completed_at", state.completed_at);
  return out;
}

json log_line_json(const projections::LogLine& line) {
  return {{"number", line.number}, {"level", to_text(line.line.level)}, {"message", line.line.message}, {"data", json::parse(line.line.data.text)}, {"logged_at", to_rfc3339(line.at)}};
}

}  // namespace ledger::http
