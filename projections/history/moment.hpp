#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/recorded_event.hpp"
#include "log/record.hpp"

namespace ledger::projections {

// The two clocks of design section 8.
enum class Clock : std::uint8_t { recorded, occurred };

// Now, or a moment of the past: a time by one of the clocks, a version of the stream, or a place of the log. By recorded time it holds all until then, by
// occurrence the longest prefix of each stream whose times are all at or before it; at a position what stands in its partitions up to its heights, and of
// partitions that it does not name nothing.
struct Moment {
  std::optional<Timestamp> as_of{};
  Clock clock = Clock::recorded;
  std::optional<std::uint64_t> at_version{};
  std::optional<std::vector<log::Position>> at_position{};

  bool now() const { return !as_of && !at_version && !at_position; }
  // Whether the event came later; then so did all that follow it in its stream.
  bool precedes(const log::Position& position, const RecordedEvent& event) const;
};

}  // namespace ledger::projections
