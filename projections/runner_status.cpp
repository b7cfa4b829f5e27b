#include "projections/runner_status.hpp"

#include <algorithm>

namespace ledger::projections {

void VisibleLatency::add(double ms) {
  const auto bucket = std::lower_bound(kUpperMs.begin(), kUpperMs.end(), ms) - kUpperMs.begin();
  ++counts.at(static_cast<std::size_t>(bucket));
  sum_ms += ms;
  last_ms = ms;
}

std::string_view to_text(RunnerState state) {
  switch (state) {
    case RunnerState::starting:
      return "starting";
    case RunnerState::running:
      return "running";
    case RunnerState::backing_off:
      return "backing_off";
    case RunnerState::building:
      return "building";
    case RunnerState::paused:
      return "paused";
    case RunnerState::outdated:
      return "outdated";
    case RunnerState::stopped:
      return "stopped";
  }
  return "unknown";
}

}  // namespace ledger::projections
