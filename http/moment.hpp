#pragma once

#include <cstdint>
#include <optional>

#include "domain/time.hpp"
#include "http/query.hpp"
#include "projections/history/queries.hpp"

namespace ledger::http {

// At which moment: now, at a time by one of the two clocks, or at a version of the stream.
struct Moment {
  std::optional<Timestamp> as_of;
  projections::Clock clock = projections::Clock::recorded;
  std::optional<std::uint64_t> at_version;

  bool now() const { return !as_of && !at_version; }
};

// ?clock=: by which of the two.
std::optional<projections::Clock> read_clock(Query& query);
// ?as_of= and ?clock=. A time zone's + that was sent unencoded is a space by now: the time is refused and says so.
Moment read_as_of(Query& query);
// The same, and ?at_version=.
Moment read_moment(Query& query);
}  // namespace ledger::http
