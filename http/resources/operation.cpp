
#include "commands/command_side.hpp"
#include "domain/json.hpp"
#include "http/openapi.hpp"
#include "http/reading/query.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

json of_source(const std::function<Result<void, std::string>()>& source) {
  return {{"status", source() ? "up" : "down"}};   // not why: this call is open to everybody
}

// What does not hold any more; the rest of what was acknowledged is safe, and reading goes on.
json of_guard(const LogGuard::State& guard) {
  json topics = json::array();
  for (const auto& [topic, fault] : guard.topics) topics.push_back({{"topic", topic}, {"fault", fault ? json(to_text(fault->kind)) : json()}});
  return {{"topics", std::move(topics)}, {"clock", guard.clock_is_wrong ? "wrong" : "right"}};
}

json of_writers(const App& app) {
  json partitions = json::array();
  app.commands->each([&](const PartitionLoop& loop) {
    const auto& stats = loop.stats();
    partitions.push_back({{"topic", loop.partition().topic},
                          {"partition", loop.partition().number},
                          {"phase", to_text(stats.phase.load())},
                          {"height", stats.head_height.load()}});
  });
  const auto guard = app.commands->guard();
  const bool all_is_well = guard.is_fit() && !app.commands->any_halted();
  return {{"status", !app.commands->ready() ? "down" : all_is_well ? "up" : "degraded"}, {"partitions", std::move(partitions)}, {"guard", of_guard(guard)}};
}

// One that stands still for a stream or a partition still answers for all the others, and one that is being built or tries again answers as
// of its checkpoint.
std::string_view status_of(projections::RunnerState state, bool partly_still) {
  switch (state) {
    case projections::RunnerState::running: return partly_still ? "degraded" : "up";
    case projections::RunnerState::building:
    case projections::RunnerState::paused:
    case projections::RunnerState::backing_off: return "degraded";
    case projections::RunnerState::starting:
    case projections::RunnerState::outdated:
    case projections::RunnerState::stopped: return "down";
  }
  return "down";
}

json of_projection(const projections::RunnerStatus& runner) {
  std::int64_t lag = 0;
  json halted = json::array();
  for (const auto& each : runner.partitions) {
    lag += each.lag;
    if (!each.halted.empty()) halted.push_back({{"topic", each.partition.topic}, {"partition", each.partition.number}});
  }
  return {{"name", runner.name},
          {"status", status_of(runner.state, !halted.empty() || runner.parked_streams > 0)},
          {"state", projections::to_text(runner.state)},
          {"lag_records", lag},
          {"parked_streams", runner.parked_streams},
          {"halted", std::move(halted)}};
}

json of_projections(const App& app) {
  json models = json::array();
  std::string status = "up";
  for (const auto& runner : app.health.projections()) {
    models.push_back(of_projection(runner));
    const std::string one = models.back()["status"];
    if (one == "down" || (one == "degraded" && status == "up")) status = one;
  }
  return {{"status", status}, {"models", std::move(models)}};
}

// Only how many: this call is open to everybody. The process' log names them.
json of_sealing(const Result<sealing::TextSeals::Health, std::string>& health) {
  if (!health) return {{"status", "down"}};
  return {{"status", health->missing.empty() ? "up" : "degraded"}, {"master_keys", health->configured}, {"missing_master_keys", health->missing.size()}};
}

// Which partitions: this call is open to everybody, and GET /verify says more.
json of_proof(const Verification& found) {
  json faults = json::array();
  for (const auto& each : found.partitions) {
    if (!each.fault.empty() || !each.model_fault.empty()) faults.push_back({{"topic", each.partition.topic}, {"partition", each.partition.number}});
  }
  return {{"status", faults.empty() ? "up" : "degraded"}, {"faults", std::move(faults)}};
}

Reply not_cached(Reply reply) { return std::move(reply).with("Cache-Control", "no-store"); }

}  // namespace

Outcome show_health(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  json components{{"log", of_source(app.health.log)}, {"postgres", of_source(app.health.postgres)}, {"projections", of_projections(app)}};
  if (app.commands != nullptr) components["commands"] = of_writers(app);
  if (app.health.sealing) components["sealing"] = of_sealing(app.health.sealing());
  if (app.verification) components["proof"] = of_proof(app.verification());
  std::string status = "up";
  for (const auto& [name, component] : components.items()) {
    const std::string one = component["status"];
    if (one == "down" || (one == "degraded" && status == "up")) status = one;
  }
  return not_cached(json_reply(status == "down" ? 503 : 200, {{"status", status}, {"components", std::move(components)}}));
}

// The process answers: nothing else is asked.
Outcome show_liveness(const Request& request, App&) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  return not_cached(json_reply(200, {{"status", "up"}}));
}

// Commands are taken and read models are kept up.
Outcome show_readiness(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  const bool ready = (app.commands == nullptr || app.commands->ready()) && of_projections(app)["status"] != "down";
  return not_cached(json_reply(ready ? 200 : 503, {{"status", ready ? "up" : "down"}}));
}

Outcome show_metrics(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  return not_cached(text_reply(200, app.metrics(), "text/plain; version=0.0.4; charset=utf-8"));
}

Outcome show_openapi(const Request& request, App&) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  return text_reply(200, std::string(openapi_json()), "application/json");
}

}  // namespace ledger::http
