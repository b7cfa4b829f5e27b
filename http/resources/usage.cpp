// How executions, and what is said of them, move over time.

#include <array>
#include <chrono>
#include <initializer_list>
#include <map>
#include <utility>

#include "domain/json.hpp"
#include "http/json/analytics_json.hpp"
#include "http/min_position.hpp"
#include "http/reading/period.hpp"
#include "http/resources/handlers.hpp"
#include "projections/feedback/queries.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::GroupBy;
using projections::GroupSums;
using projections::Tally;

constexpr std::array<std::pair<std::string_view, GroupBy>, 6> kGroups{{{"prompt", GroupBy::prompt},
                                                                      {"version", GroupBy::version},
                                                                      {"label", GroupBy::label},
                                                                      {"model", GroupBy::model},
                                                                      {"user", GroupBy::user},
                                                                      {"tag", GroupBy::tag}}};
constexpr std::int64_t kGroupsUsual = 10, kGroupsMost = 50;
constexpr std::int64_t kValuesMost = 10'000;           // points of all groups together
constexpr std::chrono::days kSinglyMost{31};           // what has to be looked at one by one

json timeline_json(const Timeline& timeline) {
  return {{"from", to_rfc3339(timeline.period.from)}, {"to", to_rfc3339(timeline.period.to)}, {"step", to_text(timeline.step)}, {"time_zone", timeline.zone}};
}

void put_bounds(json& point, const std::vector<Timestamp>& bounds, std::size_t i) {
  point["from"] = to_rfc3339(bounds[i]);
  point["to"] = to_rfc3339(bounds[i + 1]);
}

// Waits for the models that are asked, and looks whether the prompt that ?prompt_id= names is there.
Result<void, Problem> await_asked(std::initializer_list<projections::ModelPositions*> models, const std::optional<std::string>& prompt, const Request& request, const App& app) {
  for (auto* model : models) {
    if (auto reached = await_min_position(request, app, *model); !reached) return reached;
  }
  if (!prompt || app.prompts->by_id(request.principal.workspace, *prompt)) return {};
  return tl::unexpected(invalid_field("?prompt_id", "names no prompt"));
}

struct Usage {
  Timeline timeline;
  projections::UsageQuestion question;
};

Usage read_usage(Query& query, const Request& request, const App& app) {
  Usage usage{.timeline = read_timeline(query, app), .question = {}};
  auto& question = usage.question;
  question.workspace = request.principal.workspace;
  question.prompt = query.text("prompt_id");
  question.group_by = query.choice<GroupBy>("group_by", kGroups).value_or(GroupBy::nothing);
  question.groups_most = static_cast<std::size_t>(query.integer("groups", 1, kGroupsMost).value_or(kGroupsUsual));
  question.singly = is_finer_than_slots(usage.timeline.step);
  if (question.group_by == GroupBy::version && !question.prompt) query.refuse("group_by", "by version needs prompt_id: versions are of a prompt");
  const auto& period = usage.timeline.period;
  if ((question.singly || question.group_by == GroupBy::user) && period.to - period.from > kSinglyMost) {
    query.refuse(question.singly ? "step" : "group_by", "is answered from single executions, and so for " + std::to_string(kSinglyMost.count()) + " days at the most");
  }
  return usage;
}

json series_json(const GroupSums& sums, GroupBy group_by, const std::vector<Timestamp>& bounds) {
  json points = json::array();
  for (std::size_t i = 0; i < sums.points.size(); ++i) {
    json point = tally_json(sums.points[i]);
    put_bounds(point, bounds, i);
    points.push_back(std::move(point));
  }
  json out{{"key", sums.others ? json() : key_json(group_by, sums.key)}, {"points", std::move(points)}};
  if (sums.others) out["others"] = true;
  return out;
}

// What is told of a version, or of everything, at a point.
json moved_json(const Tally& tally, const projections::Said& said) {
  json out = scores_json(said.scores, said.opinions);
  const json whole = tally_json(tally);
  for (const char* member : {"executions", "failure_rate", "average_cost_usd"}) out[member] = whole[member];
  out["p50_latency_ms"] = whole["latency_ms"]["p50"];
  return out;
}

using SaidAt = std::map<std::pair<std::size_t, prompt::VersionNumber>, projections::Said>;

SaidAt said_at(const std::optional<std::string>& prompt, const std::vector<Timestamp>& bounds, const Request& request, const App& app) {
  SaidAt said;
  for (auto& one : app.feedback->said(request.principal.workspace, prompt, bounds)) {
    const std::pair place{one.point, one.version};
    said.emplace(place, std::move(one));
  }
  return said;
}

projections::Said take(SaidAt& said, std::size_t point, prompt::VersionNumber version) {
  auto found = said.extract({point, version});
  return found.empty() ? projections::Said{} : std::move(found.mapped());
}

// Those that ran, were scored or got feedback at the point, by version.
json versions_json(const std::map<prompt::VersionNumber, std::vector<Tally>>& ran, SaidAt& said, std::size_t point) {
  std::map<prompt::VersionNumber, Tally> there;
  for (const auto& [version, points] : ran) {
    if (points[point].executions() > 0) there.emplace(version, points[point]);
  }
  for (const auto& [place, one] : said) {
    if (place.first == point) there.try_emplace(place.second);
  }
  json out = json::array();
  for (const auto& [version, tally] : there) {
    json one = moved_json(tally, take(said, point, version));
    one["version"] = version;
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Outcome show_usage(const Request& request, App& app) {
  Query query(request.query);
  auto [timeline, question] = read_usage(query, request, app);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  if (auto ready = await_asked({app.analytics_reached, app.executions_reached, app.prompts_reached}, question.prompt, request, app); !ready) return tl::unexpected(ready.error());
  auto bounds = bounds_of(timeline, app);
  if (!bounds) return tl::unexpected(bounds.error());
  const auto points = static_cast<std::int64_t>(bounds->size()) - 1;
  const auto groups = question.group_by == GroupBy::nothing ? 1 : static_cast<std::int64_t>(question.groups_most);
  if (points * groups > kValuesMost) {
    return tl::unexpected(invalid_field("?groups", std::to_string(points) + " points of " + std::to_string(groups) + " groups are more than " + std::to_string(kValuesMost) +
                                                       " values: take fewer groups, a longer step or a shorter period"));
  }
  question.bounds = *bounds;
  json series = json::array();
  for (const auto& sums : app.analytics->usage(question)) series.push_back(series_json(sums, question.group_by, *bounds));
  json body = timeline_json(timeline);
  body["series"] = std::move(series);
  return json_reply(200, body);
}

Outcome show_temporal(const Request& request, App& app) {
  Query query(request.query);
  const auto timeline = read_timeline(query, app);
  const auto prompt = query.text("prompt_id");
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  if (auto ready = await_asked({app.analytics_reached, app.executions_reached, app.feedback_reached, app.prompts_reached}, prompt, request, app); !ready) {
    return tl::unexpected(ready.error());
  }
  const auto bounds = bounds_of(timeline, app);
  if (!bounds) return tl::unexpected(bounds.error());
  const auto& workspace = request.principal.workspace;
  const auto moves = app.prompts->moves(workspace, prompt, *bounds);
  const auto all = app.analytics->usage({.workspace = workspace, .prompt = prompt, .bounds = *bounds}).front();
  std::map<prompt::VersionNumber, std::vector<Tally>> ran;
  if (prompt) {
    const auto by_version = app.analytics->usage(
        {.workspace = workspace, .prompt = prompt, .group_by = GroupBy::version, .bounds = *bounds, .groups_most = static_cast<std::size_t>(kGroupsMost), .others = false});
    for (const auto& sums : by_version) ran.emplace(static_cast<prompt::VersionNumber>(std::stoul(sums.key)), sums.points);
  }
  auto said = said_at(prompt, *bounds, request, app);
  auto of_all = said_at({}, *bounds, request, app);
  json points = json::array();
  for (std::size_t i = 0; i + 1 < bounds->size(); ++i) {
    json point;
    if (prompt) {
      point["executions"] = all.points[i].executions();
      point["versions"] = versions_json(ran, said, i);
    } else {
      point = moved_json(all.points[i], take(of_all, i, 0));
    }
    put_bounds(point, *bounds, i);
    point["versions_added"] = moves[i].versions_added;
    point["labels_moved"] = moves[i].labels_moved;
    points.push_back(std::move(point));
  }
  json body = timeline_json(timeline);
  if (prompt) body["prompt_id"] = *prompt;
  body["points"] = std::move(points);
  return json_reply(200, body);
}

}  // namespace ledger::http
