#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/follower.hpp"
#include "projections/share.hpp"

namespace ledger::projections {

// How long after it was recorded an event could be seen in the read model: of each record, at the commit of its batch.
struct VisibleLatency {
  static constexpr std::array<double, 13> kUpperMs{0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 5'000, 60'000};
  std::array<std::uint64_t, kUpperMs.size() + 1> counts{};  // the last: above all
  double sum_ms = 0;
  double last_ms = 0;

  void add(double ms);
};

enum class RunnerState : std::uint8_t {
  starting,
  running,
  backing_off,  // something failed, PostgreSQL or the log is away: tried again for ever, until a batch is written or nothing is left
  building,     // a new version of the model, beside the old one
  paused,       // by an operator
  outdated,     // the model was made by a newer program: this one leaves it alone
  stopped,
};
inline constexpr std::array kRunnerStates{RunnerState::starting, RunnerState::running, RunnerState::backing_off, RunnerState::building,
                                          RunnerState::paused,   RunnerState::outdated, RunnerState::stopped};
std::string_view to_text(RunnerState state);

struct PartitionStatus {
  log::PartitionId partition;
  log::Offset next_offset = 0;
  std::optional<std::uint64_t> height = {};  // nothing: not begun
  std::optional<log::Offset> end = {};       // as last asked; nothing: the log did not say
  std::int64_t lag = 0;                      // end less next_offset
  std::string halted = {};                   // why; empty: it is not, or another process has it
  bool mine = false;                         // this process applies it
};

struct RunnerStatus {
  std::string name;
  int version = 0;
  RunnerState state = RunnerState::starting;
  std::vector<PartitionStatus> partitions;  // of the whole model
  ShareCounts share;
  std::uint64_t applied = 0;  // records that count, since the runner started
  std::uint64_t lost_races = 0;
  std::uint64_t backed_off = 0;
  VoidCounts voids{};
  double rate_per_s = 0;  // over the last seconds
  std::int64_t parked_streams = 0, parked_events = 0;
  std::string last_error;
  std::optional<std::int64_t> last_error_us;  // when, microseconds since 1970
  VisibleLatency visible;
};

}  // namespace ledger::projections
