#include "app/telemetry.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "infra/logging/log.hpp"
#include "infra/metrics/families.hpp"
#include "log/link_reader.hpp"

namespace ledger::app {
namespace {

constexpr double kUsPerSecond = 1e6;
constexpr double kMsPerSecond = 1e3;

double value_of(const std::atomic<std::uint64_t>& count) { return static_cast<double>(count.load(std::memory_order_relaxed)); }

void tell_counts(metrics::Scrape& scrape, std::string_view topic, std::string_view number, const WriterStats& stats) {
  const std::pair<const metrics::Family*, const WriterStats::Count*> counts[] = {
      {&metrics::kHeadHeight, &stats.head_height},
      {&metrics::kOwnVoid, &stats.own_void},
      {&metrics::kFlights, &stats.flights},
      {&metrics::kCommandsWaiting, &stats.waiting},
      {&metrics::kAnswersWaiting, &stats.held_answers},
      {&metrics::kSpeculationDiscarded, &stats.speculation_discarded},
      {&metrics::kForeignHeads, &stats.foreign_heads},
      {&metrics::kRacesLost, &stats.races_lost},
      {&metrics::kYields, &stats.yields},
      {&metrics::kMoved, &stats.moved},
      {&metrics::kDoubts, &stats.doubts},
      {&metrics::kResends, &stats.resends},
      {&metrics::kSendersMade, &stats.senders_made},
      {&metrics::kLoads, &stats.loads},
      {&metrics::kLoadFaults, &stats.load_faults},
      {&metrics::kTailBytes, &stats.tail_bytes},
      {&metrics::kCacheBytes, &stats.cache_bytes},
      {&metrics::kHeadComparisons, &stats.head_comparisons},
      {&metrics::kHeadMismatches, &stats.head_mismatches},
  };
  for (const auto& [family, count] : counts) scrape.value(*family, {topic, number}, value_of(*count));
}

void tell_kinds(metrics::Scrape& scrape, std::string_view topic, std::string_view number, const WriterStats& stats) {
  for (std::size_t cls = 0; cls < stats.voids.size(); ++cls)
    scrape.value(metrics::kVoidRecords, {topic, number, log::to_text(static_cast<log::VoidClass>(cls))}, value_of(stats.voids[cls]));
  const std::pair<std::string_view, const WriterStats::Count*> barriers[] = {
      {"take_over", &stats.barriers_take_over}, {"answer", &stats.barriers_answer}, {"doubt", &stats.barriers_doubt}, {"report", &stats.barriers_report}};
  for (const auto& [reason, count] : barriers) scrape.value(metrics::kBarriers, {topic, number, reason}, value_of(*count));
  const std::pair<std::string_view, const WriterStats::Count*> outcomes[] = {
      {"accepted", &stats.accepted}, {"rejected", &stats.rejected}, {"unchanged", &stats.unchanged},
      {"not_stored", &stats.not_stored}, {"open", &stats.open}, {"replayed", &stats.replayed}};
  for (const auto& [outcome, count] : outcomes) scrape.value(metrics::kCommands, {topic, number, outcome}, value_of(*count));
  const auto present = stats.phase.load(std::memory_order_relaxed);
  for (const auto phase : kWriterPhases) scrape.value(metrics::kPartitionPhase, {topic, number, to_text(phase)}, phase == present ? 1 : 0);
}

void tell_latency(metrics::Scrape& scrape, const metrics::Family& family, std::string_view topic, std::string_view number, const WriterStats::Latency& latency) {
  std::array<double, WriterStats::Latency::kBoundsUs.size()> bounds{};
  std::ranges::transform(WriterStats::Latency::kBoundsUs, bounds.begin(), [](std::int64_t us) { return static_cast<double>(us) / kUsPerSecond; });
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  std::ranges::transform(latency.counts, counts.begin(), [](const WriterStats::Count& count) { return count.load(std::memory_order_relaxed); });
  scrape.histogram(family, {topic, number}, {bounds, counts, value_of(latency.sum_us) / kUsPerSecond});
}

void tell_share(metrics::Scrape& scrape, const projections::RunnerStatus& status) {
  const auto mine = std::ranges::count_if(status.partitions, &projections::PartitionStatus::mine);
  scrape.value(metrics::kProjectionMine, {status.name}, static_cast<double>(mine));
  scrape.value(metrics::kProjectionRebalances, {status.name}, static_cast<double>(status.share.changes));
  scrape.value(metrics::kProjectionHandedOver, {status.name}, static_cast<double>(status.share.handed_over));
  scrape.value(metrics::kProjectionLostPartitions, {status.name}, static_cast<double>(status.share.lost));
  scrape.value(metrics::kProjectionHandOverSeconds, {status.name}, static_cast<double>(status.share.handing_over.count()) / kUsPerSecond);
  scrape.value(metrics::kProjectionLostRaces, {status.name}, static_cast<double>(status.lost_races));
}

}  // namespace

void RequestCounts::on_request(std::string_view route, std::string_view method, int status, double seconds, std::uint64_t bytes_out) {
  constexpr std::array<std::string_view, 7> kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
  const bool known = std::ranges::find(kMethods, method) != kMethods.end();
  requests_.answered(route.empty() ? "none" : route, known ? method : "other", status, seconds, bytes_out);
}

void log_access(const http::AccessEntry& entry) {
  logging::access({.request_id = entry.request_id,
                   .method = entry.method,
                   .path = entry.path,
                   .route = entry.route,
                   .status = entry.status,
                   .duration_us = static_cast<std::uint64_t>(std::max(entry.seconds, 0.0) * kUsPerSecond),
                   .bytes_in = entry.bytes_in,
                   .bytes_out = entry.bytes_out,
                   .actor = entry.actor,
                   .workspace = entry.workspace,
                   .client = entry.client,
                   .problem = entry.problem});
}

http::Hooks server_hooks(RequestCounts& requests) {
  return {.observer = &requests, .access_log = log_access, .fault_log = [](std::string_view request_id, std::string_view what) {
            logging::error("request failed", {{"request_id", request_id}, {"what", what}});
          }};
}

void tell_http(metrics::Scrape& scrape, const http::ServerLoad& load) {
  scrape.value(metrics::kHttpConnections, {}, load.connections);
  scrape.value(metrics::kHttpEventStreams, {}, load.event_streams);
  scrape.value(metrics::kHttpEvicted, {}, static_cast<double>(load.evicted));
  scrape.value(metrics::kHttpTimedOut, {}, static_cast<double>(load.timed_out));
  scrape.value(metrics::kHttpRunning, {}, load.requests);
  scrape.value(metrics::kHttpHeldBytes, {}, static_cast<double>(load.held_bytes));
  scrape.value(metrics::kHttpRefused, {"requests"}, static_cast<double>(load.refused_requests));
  scrape.value(metrics::kHttpRefused, {"bytes"}, static_cast<double>(load.refused_bytes));
  scrape.value(metrics::kHttpRefused, {"connections"}, static_cast<double>(load.turned_away));
}

void tell_forwarding(metrics::Scrape& scrape, const http::ForwardStats& stats) {
  for (std::size_t each = 0; each < http::kForwarded.size(); ++each) scrape.value(metrics::kForwardedRequests, {to_text(http::kForwarded[each])}, value_of(stats.outcomes[each]));
  scrape.value(metrics::kForwardedHere, {"taken"}, value_of(stats.taken));
  scrape.value(metrics::kForwardedHere, {"refused"}, value_of(stats.refused));
  std::array<double, http::ForwardStats::kBoundsUs.size()> bounds{};
  std::ranges::transform(http::ForwardStats::kBoundsUs, bounds.begin(), [](std::int64_t us) { return static_cast<double>(us) / kUsPerSecond; });
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  std::ranges::transform(stats.answered_in, counts.begin(), [](const auto& count) { return count.load(std::memory_order_relaxed); });
  scrape.histogram(metrics::kForwardSeconds, {}, {bounds, counts, value_of(stats.answered_sum_us) / kUsPerSecond});
}

void tell_partition(metrics::Scrape& scrape, const log::PartitionId& partition, const WriterStats& stats, std::size_t lag_records,
                    std::chrono::system_clock::time_point now) {
  const std::string number = std::to_string(partition.number);
  tell_counts(scrape, partition.topic, number, stats);
  tell_kinds(scrape, partition.topic, number, stats);
  tell_latency(scrape, metrics::kProduceSeconds, partition.topic, number, stats.produce);
  tell_latency(scrape, metrics::kReadBackSeconds, partition.topic, number, stats.read_back);
  scrape.value(metrics::kOldestFlight, {partition.topic, number}, static_cast<double>(stats.oldest_flight_us) / kUsPerSecond);
  const double now_s = std::chrono::duration<double>(now.time_since_epoch()).count();
  const std::int64_t recorded_us = stats.head_recorded_us;
  if (recorded_us > 0) scrape.value(metrics::kHeadAge, {partition.topic, number}, std::max(0.0, now_s - static_cast<double>(recorded_us) / kUsPerSecond));
  scrape.value(metrics::kPartitionLag, {partition.topic, number}, static_cast<double>(lag_records));
}

void tell_cluster(metrics::Scrape& scrape, const ClusterView& cluster) {
  for (const auto& node : cluster.nodes) scrape.value(metrics::kClusterNodes, {node.peer.node}, static_cast<double>(node.partitions));
  for (const auto& each : cluster.partitions) {
    const std::string number = std::to_string(each.partition.number);
    const std::string& topic = each.partition.topic;
    if (!each.assigned_to.empty()) scrape.value(metrics::kPartitionAssigned, {topic, number, each.assigned_to}, 1);
    for (const auto kind : kHandOverKinds) {
      const auto& sum = each.hand_over_sums.at(static_cast<std::size_t>(kind));
      scrape.value(metrics::kHandOvers, {topic, number, to_text(kind)}, static_cast<double>(sum.count));
      scrape.value(metrics::kHandOverSeconds, {topic, number, to_text(kind)}, static_cast<double>(sum.length_us) / kUsPerSecond);
    }
  }
}

void tell_guard(metrics::Scrape& scrape, const LogGuard::State& guard) {
  for (const auto& [topic, fault] : guard.topics) {
    for (const auto kind : {TopicFault::Kind::unfit, TopicFault::Kind::can_lose}) scrape.value(metrics::kGuardFault, {topic, to_text(kind)}, fault && fault->kind == kind ? 1 : 0);
  }
  scrape.value(metrics::kGuardLooks, {"answered"}, static_cast<double>(guard.looks - guard.unanswered));
  scrape.value(metrics::kGuardLooks, {"unanswered"}, static_cast<double>(guard.unanswered));
  scrape.value(metrics::kClockApart, {}, static_cast<double>(guard.clock_apart_ms) / kMsPerSecond);
}

void tell_verification(metrics::Scrape& scrape, const http::Verification& found) {
  for (const auto& each : found.partitions) {
    const auto& topic = each.partition.topic;
    const auto number = std::to_string(each.partition.number);
    scrape.value(metrics::kCheckpointSize, {topic, number}, static_cast<double>(each.held));
    scrape.value(metrics::kWatchedRecords, {topic, number}, static_cast<double>(each.to));
    scrape.value(metrics::kProofFault, {topic, number, "log"}, each.fault.empty() ? 0 : 1);
    scrape.value(metrics::kProofFault, {topic, number, "read_model"}, each.model_fault.empty() ? 0 : 1);
  }
}

void tell_projection(metrics::Scrape& scrape, const projections::RunnerStatus& status) {
  using enum projections::RunnerState;
  for (const auto state : {starting, running, backing_off, building, outdated, stopped})
    scrape.value(metrics::kProjectionState, {status.name, projections::to_text(state)}, state == status.state ? 1 : 0);
  for (const auto& each : status.partitions) {
    const std::string number = std::to_string(each.partition.number);
    const std::string& topic = each.partition.topic;
    if (each.height) scrape.value(metrics::kProjectionHeight, {status.name, topic, number}, static_cast<double>(*each.height));
    scrape.value(metrics::kProjectionLag, {status.name, topic, number}, static_cast<double>(each.lag));
    scrape.value(metrics::kProjectionHalted, {status.name, topic, number}, each.halted.empty() ? 0 : 1);
  }
  scrape.value(metrics::kProjectionApplied, {status.name}, static_cast<double>(status.applied));
  tell_share(scrape, status);
  scrape.value(metrics::kProjectionRate, {status.name}, status.rate_per_s);
  scrape.value(metrics::kProjectionParkedStreams, {status.name}, static_cast<double>(status.parked_streams));
  scrape.value(metrics::kProjectionParkedEvents, {status.name}, static_cast<double>(status.parked_events));
  scrape.value(metrics::kProjectionLastError, {status.name}, static_cast<double>(status.last_error_us.value_or(0)) / kUsPerSecond);
  std::array<double, projections::VisibleLatency::kUpperMs.size()> bounds{};
  std::ranges::transform(projections::VisibleLatency::kUpperMs, bounds.begin(), [](double ms) { return ms / kMsPerSecond; });
  scrape.histogram(metrics::kWriteToVisible, {status.name}, {bounds, status.visible.counts, status.visible.sum_ms / kMsPerSecond});
}

}  // namespace ledger::app
