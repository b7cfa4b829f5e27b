#include "app/metric_sources.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "infra/metrics/families.hpp"
#include "log/link_reader.hpp"

namespace ledger::app {
namespace {

using metrics::Scrape;

constexpr double kMicro = 1e-6;
constexpr double kMilli = 1e-3;

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string_view to_text(WriterStats::Phase phase) {
  switch (phase) {
    case WriterStats::Phase::reading: return "reading";
    case WriterStats::Phase::barring: return "barring";
    case WriterStats::Phase::ready: return "ready";
    case WriterStats::Phase::halted: return "halted";
    case WriterStats::Phase::stopped: return "stopped";
  }
  return "unknown";
}

void tell_partition(Scrape& scrape, const PartitionLoop& loop) {
  const WriterStats& stats = loop.stats();
  const std::string topic = loop.partition().topic;
  const std::string partition = std::to_string(loop.partition().number);
  const auto tell = [&](const metrics::Family& family, double value) { scrape.value(family, {topic, partition}, value); };
  const auto tell_of = [&](const metrics::Family& family, std::string_view label, const WriterStats::Count& count) {
    scrape.value(family, {topic, partition, label}, static_cast<double>(count.load()));
  };

  tell(metrics::kHeadHeight, static_cast<double>(stats.head_height));
  tell(metrics::kHeadAge, static_cast<double>(now_us() - stats.head_recorded_us) * kMicro);
  tell(metrics::kPartitionLag, static_cast<double>(loop.inbox_records()));
  scrape.value(metrics::kPartitionPhase, {topic, partition, to_text(stats.phase.load())}, 1);
  for (std::size_t cls = 0; cls < stats.voids.size(); ++cls) tell_of(metrics::kVoidRecords, log::to_text(static_cast<log::VoidClass>(cls)), stats.voids[cls]);
  tell(metrics::kOwnVoid, static_cast<double>(stats.own_void));
  tell(metrics::kFlights, static_cast<double>(stats.flights));
  tell(metrics::kOldestFlight, static_cast<double>(stats.oldest_flight_us) * kMicro);
  tell(metrics::kCommandsWaiting, static_cast<double>(stats.waiting));
  tell(metrics::kAnswersWaiting, static_cast<double>(stats.held_answers));
  tell(metrics::kSpeculationDiscarded, static_cast<double>(stats.speculation_discarded));
  tell(metrics::kForeignHeads, static_cast<double>(stats.foreign_heads));
  tell_of(metrics::kBarriers, "start", stats.barriers_start);
  tell_of(metrics::kBarriers, "answer", stats.barriers_answer);
  tell_of(metrics::kBarriers, "doubt", stats.barriers_doubt);
  tell(metrics::kDoubts, static_cast<double>(stats.doubts));
  tell(metrics::kResends, static_cast<double>(stats.resends));
  tell(metrics::kSendersMade, static_cast<double>(stats.senders_made));
  tell_of(metrics::kCommands, "accepted", stats.accepted);
  tell_of(metrics::kCommands, "replayed", stats.replayed);
  tell_of(metrics::kCommands, "unchanged", stats.unchanged);
  tell_of(metrics::kCommands, "rejected", stats.rejected);
  tell_of(metrics::kCommands, "not_stored", stats.not_stored);
  tell_of(metrics::kCommands, "open", stats.open);
  tell(metrics::kLoads, static_cast<double>(stats.loads));
  tell(metrics::kLoadFaults, static_cast<double>(stats.load_faults));
  tell(metrics::kTailBytes, static_cast<double>(stats.tail_bytes));
  tell(metrics::kCacheBytes, static_cast<double>(stats.cache_bytes));
  tell(metrics::kHeadComparisons, static_cast<double>(stats.head_comparisons));
  tell(metrics::kHeadMismatches, static_cast<double>(stats.head_mismatches));

  std::array<double, WriterStats::kReadBackBoundsUs.size()> bounds{};
  for (std::size_t i = 0; i < bounds.size(); ++i) bounds[i] = static_cast<double>(WriterStats::kReadBackBoundsUs[i]) * kMicro;
  std::array<std::uint64_t, bounds.size() + 1> counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = stats.read_back[i].load();
  scrape.histogram(metrics::kReadBackSeconds, {topic, partition}, {bounds, counts, static_cast<double>(stats.read_back_sum_us) * kMicro});
}

void tell_projection(Scrape& scrape, const projections::RunnerStatus& status) {
  for (const auto& at : status.partitions) {
    const std::string partition = std::to_string(at.partition.number);
    const auto tell = [&](const metrics::Family& family, double value) { scrape.value(family, {status.name, at.partition.topic, partition}, value); };
    if (at.height) tell(metrics::kProjectionHeight, static_cast<double>(*at.height));
    tell(metrics::kProjectionLag, static_cast<double>(at.lag));
    tell(metrics::kProjectionHalted, at.halted.empty() ? 0 : 1);
  }
  const auto tell = [&](const metrics::Family& family, double value) { scrape.value(family, {status.name}, value); };
  tell(metrics::kProjectionApplied, static_cast<double>(status.applied));
  tell(metrics::kProjectionRate, status.rate_per_s);
  tell(metrics::kProjectionParkedStreams, static_cast<double>(status.parked_streams));
  tell(metrics::kProjectionParkedEvents, static_cast<double>(status.parked_events));
  tell(metrics::kProjectionLastError, static_cast<double>(status.last_error_us.value_or(0)) * kMicro);

  std::array<double, projections::VisibleLatency::kUpperMs.size()> bounds{};
  for (std::size_t i = 0; i < bounds.size(); ++i) bounds[i] = projections::VisibleLatency::kUpperMs[i] * kMilli;
  scrape.histogram(metrics::kWriteToVisible, {status.name}, {bounds, status.visible.counts, status.visible.sum_ms * kMilli});
}

}  // namespace

void tell_commands(Scrape& scrape, const CommandSide& commands) {
  commands.each([&](const PartitionLoop& loop) { tell_partition(scrape, loop); });
}

void tell_projections(Scrape& scrape, const std::vector<projections::RunnerStatus>& all) {
  for (const auto& status : all) tell_projection(scrape, status);
}

void tell_server(Scrape& scrape, const http::ServerLoad& load) {
  scrape.value(metrics::kHttpConnections, {}, load.connections);
  scrape.value(metrics::kHttpEventStreams, {}, load.event_streams);
}

}  // namespace ledger::app
