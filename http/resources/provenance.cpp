// What produced an output.

#include "domain/json.hpp"
#include "http/json/event_json.hpp"
#include "http/json/execution_json.hpp"
#include "http/json/feedback_json.hpp"
#include "http/json/personal_json.hpp"
#include "http/json/prompt_json.hpp"
#include "http/json/provenance_graph.hpp"
#include "http/json/score_json.hpp"
#include "http/min_position.hpp"
#include "http/past/provenance.hpp"
#include "http/past/read_execution.hpp"
#include "http/pricing.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

json labels_json(const std::vector<ServedBy>& labels) {
  json out = json::array();
  for (const auto& [label, period] : labels) {
    out.push_back(label_period_json(period));
    out.back()["label"] = label;
  }
  return out;
}

json document(const Provenance& provenance, const std::string& workspace, const App& app) {
  const auto& [id, state] = provenance.execution;
  const auto event = [&](const projections::HistoryEvent& one) { return event_json(one, app.settings.topic_prefix, EventData::without); };
  const auto prices = prices_for({&provenance.execution, 1}, workspace, app);
  // An execution may tell of a time before its version's.
  const auto& then = provenance.prompt_then.find_version(provenance.version.number) != nullptr ? provenance.prompt_then : provenance.prompt;
  json out{{"execution", execution_json(id, state, keys_of(state, app), cost_by(prices, state))},
           {"recorded", provenance.recorded ? event(*provenance.recorded) : json()},
           {"prompt", {{"id", state.request.prompt}, {"category", then.name.category}, {"name", then.name.name}, {"status", prompt::to_text(then.status)}}},
           {"version", version_json(provenance.version, then)},
           {"written", event(provenance.written)},
           {"published", provenance.published ? event(*provenance.published) : json()},
           {"labels", labels_json(provenance.labels)},
           {"label_moves", json::array()},
           {"feedback", json::array()},
           {"scores", json::array()},
           {"more_scores", provenance.scores.next.has_value()},
           {"judge_scores", json::array()},
           {"more_judge_scores", provenance.judge_scores.next.has_value()},
           {"graph", provenance_graph(provenance)}};
  for (const auto& move : provenance.label_moves) out["label_moves"].push_back(event(move));
  const auto keys = keys_of(provenance.feedback, app);
  for (const auto& one : provenance.feedback) out["feedback"].push_back(feedback_json(one.id, one.state, keys));
  const auto score_keys = keys_of(provenance.scores.entries, app);
  for (const auto& one : provenance.scores.entries) out["scores"].push_back(score_json(one, score_keys));
  for (const auto& one : provenance.judge_scores.entries) out["judge_scores"].push_back(judge_score_json(one.id, one.state));
  return out;
}

}  // namespace

Outcome show_execution_provenance(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  auto execution = read_execution(request, app, {});
  if (!execution) return tl::unexpected(execution.error());
  for (auto* const model : {app.history_reached, app.feedback_reached}) {
    if (auto reached = await_min_position(request, app, *model); !reached) return tl::unexpected(reached.error());
  }
  const auto& workspace = request.principal.workspace;
  return json_reply(200, document(provenance_of(app, workspace, *std::move(execution)), workspace, app));
}

}  // namespace ledger::http
