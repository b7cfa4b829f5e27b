// Operating the projections: what is asked of them is an event, and whoever keeps them up heeds it.

#include <algorithm>
#include <chrono>
#include <limits>

#include "commands/projection/propose.hpp"
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/give.hpp"
#include "http/home.hpp"
#include "http/json/projection_json.hpp"
#include "http/min_position.hpp"
#include "http/reading/paging.hpp"
#include "http/reading/position_token.hpp"
#include "http/resources/handlers.hpp"
#include "projections/operations/queries.hpp"
#include "projections/registry.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

constexpr std::int64_t kGreatestRate = 1'000'000'000;

// Of the path; 404 names those that there are.
Result<std::string, Problem> named(const Request& request, const App& app) {
  if (auto home = require_home(request, app, "Projections are"); !home) return tl::unexpected(home.error());
  const auto& name = request.parameter("name");
  const auto names = projections::projection_names();
  if (std::ranges::find(names, name) != names.end()) return name;
  std::string known;
  for (const auto& one : names) known += (known.empty() ? "" : ", ") + one;
  return tl::unexpected(problem(Code::not_found, "There is no projection \"" + name + "\"; there are " + known + "."));
}

Timestamp now() { return std::chrono::time_point_cast<Timestamp::duration>(std::chrono::system_clock::now()); }

json shown(const std::string& name, const projection::State& state, const std::vector<projections::RunnerStatus>& runners, const App& app) {
  json out = projection_json(name, state);
  const auto runner = std::ranges::find(runners, name, &projections::RunnerStatus::name);
  if (runner != runners.end()) out.update(running_json(*runner));
  if (const auto* rebuild = state.open_rebuild()) {
    if (const auto building = app.operations->building(name)) out["rebuild"]["progress"] = progress_json(*rebuild, *building, now());
  }
  return out;
}

// Nothing unless the token is of one position.
std::optional<log::Position> one_place(const std::string& token, const App& app) {
  const auto positions = parse_position_token(token, app.settings.topic_prefix);
  return positions && positions->size() == 1 ? std::optional(positions->front()) : std::nullopt;
}

Result<log::Position, Problem> parked_place(const Request& request, const App& app) {
  if (const auto place = one_place(request.parameter("id"), app)) return *place;
  return tl::unexpected(problem(Code::not_found, "No stream of this projection is parked under that id; look at what is parked now."));
}

// What all of them share: the name, the annotations of the caller, and the answer, which is carried out by others within a second.
template <class Propose>
Outcome ask(const Request& request, App& app, const std::string& name, const Annotations& annotations, Propose propose) {
  const auto caller = caller_of(request, app, kAccessPartitionKey, annotations);
  if (!caller) return tl::unexpected(caller.error());
  return give(propose(name, *caller), request, app).and_then([&](const Accepted& accepted) { return answer_change(accepted, request, app); });
}

template <class Command>
Outcome ask_named(const Request& request, App& app, const Annotations& annotations, const Command& command) {
  return named(request, app).and_then([&](const std::string& name) {
    return ask(request, app, name, annotations, [&](const std::string& of, const Caller& caller) { return projection::propose(of, command, caller); });
  });
}

template <class Command>
Outcome ask_plainly(const Request& request, App& app, const Command& command) {
  Fields fields(request.body_or_empty());
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  return ask_named(request, app, annotations, command);
}

}  // namespace

Outcome list_projections(const Request& request, App& app) {
  if (auto home = require_home(request, app, "Projections are"); !home) return tl::unexpected(home.error());
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_min_position(request, app, *app.operations_reached); !reached) return tl::unexpected(reached.error());
  auto states = app.operations->all();
  const auto runners = app.health.projections();
  json items = json::array();
  for (const auto& name : projections::projection_names()) items.push_back(shown(name, states[name], runners, app));
  return json_reply(200, {{"items", std::move(items)}, {"next_cursor", nullptr}}).with("Cache-Control", "no-store");
}

Outcome show_projection(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  const auto name = named(request, app);
  if (!name) return tl::unexpected(name.error());
  if (auto reached = await_min_position(request, app, *app.operations_reached); !reached) return tl::unexpected(reached.error());
  const auto state = app.operations->of(*name);
  json out = shown(*name, state, app.health.projections(), app);
  out["differences"] = json::array();
  for (const auto& difference : app.operations->differences(*name)) out["differences"].push_back(difference_json(difference));
  return json_reply(200, out).tagged(state.version).with("Cache-Control", "no-store");
}

Outcome pause_projection(const Request& request, App& app) { return ask_plainly(request, app, projection::Pause{request.parameter("name")}); }
Outcome resume_projection(const Request& request, App& app) { return ask_plainly(request, app, projection::Resume{}); }

Outcome rebuild_projection(const Request& request, App& app) {
  Fields fields(request.body_or_empty());
  projection::RequestRebuild command{.rebuild = app.new_id(),
                                     .force = fields.optional_boolean("force").value_or(false),
                                     .max_records_per_s = fields.optional_integer("max_records_per_s", 1, kGreatestRate).value_or(0)};
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  return ask_named(request, app, annotations, command);
}

Outcome throttle_rebuild(const Request& request, App& app) {
  Fields fields(request.body());
  const projection::ThrottleRebuild command{.max_records_per_s = fields.required_integer("max_records_per_s", 0, kGreatestRate)};
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  return ask_named(request, app, annotations, command);
}

Outcome cancel_rebuild(const Request& request, App& app) {
  Query query(request.query);
  const auto annotations = read_annotations(query);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  return ask_named(request, app, annotations, projection::CancelRebuild{});
}

Outcome list_parked(const Request& request, App& app) {
  Query query(request.query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto name = named(request, app);
  if (!name) return tl::unexpected(name.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  auto streams = app.operations->parked(*name, *cursor ? one_place(**cursor, app) : std::nullopt, static_cast<int>(page.limit) + 1);
  const bool more = static_cast<std::int64_t>(streams.size()) > page.limit;
  if (more) streams.pop_back();
  json items = json::array();
  for (const auto& stream : streams) items.push_back(parked_json(stream, app.settings.topic_prefix));
  const auto next = more ? std::optional(items.back()["id"].get<std::string>()) : std::nullopt;
  return list_reply(std::move(items), next, request, app);
}

Outcome retry_parked(const Request& request, App& app) {
  Fields fields(request.body_or_empty());
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  const auto name = named(request, app);
  if (!name) return tl::unexpected(name.error());
  return parked_place(request, app).and_then([&](const log::Position& place) {
    projection::ParkedContext context{app.operations->parked_at(*name, place)};
    return ask(request, app, *name, annotations,
               [&](const std::string& of, const Caller& caller) { return projection::propose(of, projection::RetryParked{}, std::move(context), caller); });
  });
}

Outcome skip_parked(const Request& request, App& app) {
  Fields fields(request.body_or_empty());
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  const auto name = named(request, app);
  if (!name) return tl::unexpected(name.error());
  return parked_place(request, app).and_then([&](const log::Position& place) {
    projection::SkipParked command{.place = {place.partition.topic, place.partition.number, place.height},
                                   .says_why = annotations.reason && !annotations.reason->empty()};
    projection::ParkedContext context{app.operations->parked_at(*name, place)};
    return ask(request, app, *name, annotations,
               [&](const std::string& of, const Caller& caller) { return projection::propose(of, std::move(command), std::move(context), caller); });
  });
}

}  // namespace ledger::http
