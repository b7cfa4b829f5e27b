// What executions come to within a period.

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>

#include "domain/json.hpp"
#include "http/changes/execution_place.hpp"
#include "http/json/analytics_json.hpp"
#include "http/json/execution_json.hpp"
#include "http/min_position.hpp"
#include "http/past/read_prompt.hpp"
#include "http/pricing.hpp"
#include "http/reading/period.hpp"
#include "http/resources/handlers.hpp"
#include "projections/executions/queries.hpp"
#include "projections/feedback/queries.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::GroupBy;
using projections::Tally;

constexpr std::size_t kTopPrompts = 10;
constexpr std::size_t kGroupsMost = 100;
constexpr int kLastExecutions = 20;
constexpr std::chrono::hours kDay{24};

json period_json(const Period& period) { return {{"from", to_rfc3339(period.from)}, {"to", to_rfc3339(period.to)}}; }

json said_json(const std::optional<std::string>& prompt, const Period& period, const Request& request, const App& app) {
  const auto said = app.feedback->said(request.principal.workspace, prompt, {period.from, period.to});
  if (said.empty()) return scores_json({}, {});
  return scores_json(said.front().scores, said.front().opinions);
}

// The prompts with the most executions; what is not in the catalog any more has no name.
json top_prompts_json(const Period& period, const Request& request, const App& app) {
  const auto& workspace = request.principal.workspace;
  const auto top = app.analytics->usage(
      {.workspace = workspace, .group_by = GroupBy::prompt, .bounds = {period.from, period.to}, .groups_most = kTopPrompts, .others = false});
  std::vector<std::string> ids;
  for (const auto& group : top) ids.push_back(group.key);
  const auto names = app.prompts->names(workspace, ids);
  json out = json::array();
  for (const auto& group : top) {
    json one = tally_json(group.points.front());
    one["prompt_id"] = group.key;
    if (const auto name = names.find(group.key); name != names.end()) {
      one["category"] = name->second.category;
      one["name"] = name->second.name;
    }
    out.push_back(std::move(one));
  }
  return out;
}

// Sums by one thing that series are told apart by: the greatest first, and beyond kGroupsMost the rest together.
json groups_json(const char* member, const std::map<json, Tally>& groups) {
  std::vector<std::pair<json, const Tally*>> sorted;
  for (const auto& [key, tally] : groups) sorted.emplace_back(key, &tally);
  std::ranges::stable_sort(sorted, std::ranges::greater{}, [](const auto& one) { return one.second->executions(); });
  json out = json::array();
  Tally rest;
  for (const auto& [key, tally] : sorted) {
    if (out.size() == kGroupsMost) {
      rest.merge(*tally);
      continue;
    }
    json one = tally_json(*tally);
    one[member] = key;
    out.push_back(std::move(one));
  }
  if (rest.executions() > 0) {
    json others = tally_json(rest);
    others["others"] = true;
    out.push_back(std::move(others));
  }
  return out;
}

Result<void, Problem> await_models(const Request& request, const App& app) {
  return await_min_position(request, app, *app.analytics_reached)
      .and_then([&] { return await_min_position(request, app, *app.executions_reached); })
      .and_then([&] { return await_min_position(request, app, *app.feedback_reached); });
}

// Of an execution, what a list of the last ones shows: none of its texts, so no keys are needed.
json glance_json(const projections::ExecutionEntry& entry, const projections::PriceLists& prices) {
  json whole = execution_json(entry.id, entry.state, {}, cost_by(prices, entry.state));
  json out;
  for (const char* member : {"id", "request_id", "prompt_id", "version", "label", "status", "provider", "model", "user", "latency_ms", "cost_usd", "error", "created_at"}) {
    if (whole.contains(member)) out[member] = std::move(whole[member]);
  }
  return out;
}

}  // namespace

Outcome summarize_executions(const Request& request, App& app) {
  Query query(request.query);
  const auto period = read_period(query);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_models(request, app); !reached) return tl::unexpected(reached.error());
  json body = period_json(period);
  body.update(tally_json(app.analytics->total(request.principal.workspace, period.from, period.to)));
  body["top_prompts"] = top_prompts_json(period, request, app);
  body["scores"] = said_json({}, period, request, app);
  return json_reply(200, body);
}

Outcome summarize_prompt(const Request& request, App& app) {
  Query query(request.query);
  const auto period = read_period(query);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto prompt = read_prompt(request, app);
  if (!prompt) return tl::unexpected(prompt.error());
  if (auto reached = await_models(request, app); !reached) return tl::unexpected(reached.error());

  Tally all;
  std::map<json, Tally> by_version, by_label, by_model;
  for (const auto& [series, tally] : app.analytics->of_prompt(request.principal.workspace, prompt->id, period.from, period.to)) {
    all.merge(tally);
    by_version[series.version].merge(tally);
    by_label[key_json(GroupBy::label, series.label)].merge(tally);
    by_model[series.model].merge(tally);
  }
  json body = period_json(period);
  body.update(tally_json(all));
  body["prompt_id"] = prompt->id;
  body["by_version"] = groups_json("version", by_version);
  body["by_label"] = groups_json("label", by_label);
  body["by_model"] = groups_json("model", by_model);
  json scores = json::array();
  for (const auto& said : app.feedback->said(request.principal.workspace, prompt->id, {period.from, period.to})) {
    json one = scores_json(said.scores, said.opinions);
    one["version"] = said.version;
    scores.push_back(std::move(one));
  }
  body["scores"] = std::move(scores);
  return json_reply(200, body);
}

Outcome show_dashboard(const Request& request, App& app) {
  Query query(request.query);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_models(request, app); !reached) return tl::unexpected(reached.error());
  const auto& workspace = request.principal.workspace;
  const Timestamp at = now();
  const Tally day = app.analytics->total(workspace, at - kDay, at);
  const auto ever = app.analytics->ever(workspace);
  json last = json::array();
  const auto newest = app.executions->list(workspace, {}, projections::TimeOrder::newest_first, {}, kLastExecutions);
  const auto prices = prices_for(newest.entries, workspace, app);
  for (const auto& entry : newest.entries) last.push_back(glance_json(entry, prices));
  return json_reply(200, {{"at", to_rfc3339(at)},
                          {"last_executions", std::move(last)},
                          {"last_24_hours",
                           {{"executions", day.executions()}, {"average_latency_ms", mean_latency_json(day)}, {"average_cost_usd", mean_cost_json(day)}, {"cost_usd", projections::to_money_text(day.cost_micros)}}},
                          {"total", {{"executions", ever.executions()}, {"cost_usd", projections::to_money_text(ever.cost_micros)}}}});
}

}  // namespace ledger::http
