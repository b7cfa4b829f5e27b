#include "http/json/projection_json.hpp"

#include <algorithm>
#include <chrono>

#include "domain/json.hpp"
#include "http/reading/position_token.hpp"

namespace ledger::http {

using nlohmann::json;

namespace {

void put_reason(json& out, const std::optional<std::string>& reason) {
  if (reason) out["reason"] = *reason;
}

json deed_json(const projection::Deed& deed) {
  json out{{"by", deed.actor}, {"at", to_rfc3339(deed.at)}};
  put_reason(out, deed.reason);
  return out;
}

json place_json(const projection::Parked& parked) {
  json out{{"topic", parked.place.topic}, {"partition", parked.place.partition}, {"height", parked.place.height}, {"stream", parked.stream}, {"error", parked.error}};
  if (parked.sequence > 0) out["sequence"] = parked.sequence;
  return out;
}

std::string_view status_of(const projection::Rebuild& rebuild) {
  if (rebuild.ended) return to_text(rebuild.ended->outcome);
  if (rebuild.cancelled) return "cancelling";
  return rebuild.node.empty() ? "requested" : "running";
}

json rebuild_json(const projection::Rebuild& rebuild) {
  json out{{"id", rebuild.request.rebuild},
           {"status", status_of(rebuild)},
           {"force", rebuild.request.force},
           {"max_records_per_s", rebuild.request.max_records_per_s > 0 ? json(rebuild.request.max_records_per_s) : json()},
           {"requested", deed_json(rebuild.requested)}};
  if (!rebuild.node.empty()) out["node"] = rebuild.node;
  if (rebuild.started_at) out["started_at"] = to_rfc3339(*rebuild.started_at);
  if (!rebuild.ended) return out;
  out["ended_at"] = to_rfc3339(*rebuild.ended_at);
  out["records"] = rebuild.ended->records;
  out["duration_ms"] = rebuild.ended->duration_ms;
  if (!rebuild.ended->detail.empty()) out["detail"] = rebuild.ended->detail;
  if (!rebuild.ended->different.empty()) out["different"] = rebuild.ended->different;
  return out;
}

json partition_json(const projections::PartitionStatus& partition) {
  json out{{"topic", partition.partition.topic},
           {"partition", partition.partition.number},
           {"height", partition.height ? json(*partition.height) : json()},
           {"lag_records", partition.lag}};
  if (!partition.halted.empty()) out["halted"] = partition.halted;
  return out;
}

}  // namespace

json projection_json(const std::string& name, const projection::State& state) {
  json skipped = json::array();
  for (const auto& [parked, deed] : state.skipped) {
    skipped.push_back(place_json(parked));
    skipped.back().update(deed_json(deed));
  }
  return {{"name", name},
          {"paused", state.paused ? deed_json(*state.paused) : json()},
          {"rebuild", state.rebuild ? rebuild_json(*state.rebuild) : json()},
          {"skipped", std::move(skipped)},
          {"stream_version", state.version}};
}

json progress_json(const projection::Rebuild& rebuild, const projections::Building& building, Timestamp at) {
  json out{{"records", building.records}, {"of", building.of}};
  if (!rebuild.started_at || building.records == 0) return out;
  const double seconds = std::chrono::duration<double>(at - *rebuild.started_at).count();
  if (seconds <= 0) return out;
  const double rate = static_cast<double>(building.records) / seconds;
  out["records_per_s"] = rate;
  out["seconds_left"] = static_cast<double>(building.of - std::min(building.of, building.records)) / rate;
  return out;
}

json running_json(const projections::RunnerStatus& status) {
  json partitions = json::array();
  std::int64_t lag = 0;
  for (const auto& partition : status.partitions) {
    lag += partition.lag;
    partitions.push_back(partition_json(partition));
  }
  json out{{"state", to_text(status.state)},
           {"version", status.version},
           {"lag_records", lag},
           {"records_per_s", status.rate_per_s},
           {"visible_last_ms", status.visible.last_ms},
           {"parked", {{"streams", status.parked_streams}, {"events", status.parked_events}}},
           {"partitions", std::move(partitions)}};
  if (!status.last_error.empty()) out["last_error"] = status.last_error;
  if (status.last_error_us) out["last_error_at"] = to_rfc3339(Timestamp{std::chrono::microseconds{*status.last_error_us}});
  return out;
}

json difference_json(const projections::RowDifference& difference) {
  json out{{"table", difference.table}, {"key", json::parse(difference.key)}, {"what", difference.what}};
  if (!difference.columns.empty()) out["columns"] = difference.columns;
  return out;
}

json parked_json(const projections::ParkedStream& parked, std::string_view topic_prefix) {
  const log::Position positions[] = {parked.front.position};
  json out{{"id", to_position_token(positions, topic_prefix)},
           {"stream", parked.stream},
           {"topic", parked.front.position.partition.topic},
           {"partition", parked.front.position.partition.number},
           {"height", parked.front.position.height},
           {"error", parked.error},
           {"events", parked.events}};
  if (!parked.front.event) return out;
  const auto& event = *parked.front.event;
  out["event"] = {{"id", event.meta.event_id},
                  {"type", event.type},
                  {"sequence", event.sequence},
                  {"workspace_id", event.meta.workspace},
                  {"actor", event.meta.actor},
                  {"recorded_at", to_rfc3339(event.meta.recorded_at)}};
  return out;
}

}  // namespace ledger::http
