#pragma once

#include <array>
#include <map>
#include <string>

#include "infra/postgres/connection.hpp"
#include "projections/analytics/counted_execution.hpp"
#include "projections/analytics/series.hpp"
#include "projections/analytics/slots.hpp"
#include "projections/analytics/tally.hpp"

namespace ledger::projections {

// One row of a level's table: a series, by its id, in a slot.
struct Cell {
  std::string series;
  Timestamp slot;

  auto operator<=>(const Cell&) const = default;
};
using Cells = std::map<Cell, Tally>;

// Until the caller's transaction ends, no other writes roll-ups, or what they are made of.
void lock_roll_ups(pg::Connection& connection);

// What executions change in the roll-ups. Collected in memory, so that a batch changes each row once; then written.
class RollUps {
 public:
  // The execution counts as what it is after, and no more as what it was before; both in the slots of when it was created.
  // One that is new has no before.
  void move(const CountedExecution& before, const CountedExecution& after);

  // Adds the differences to the tables that the connection's search_path names, within the caller's transaction, which has them locked.
  void write(pg::Connection& connection) const;

 private:
  const std::string& id(const Series& series);

  std::map<Series, std::string> series_;  // with their ids
  std::array<Cells, kLevels.size()> cells_;
};

// The columns of a level's table that make a Tally, for a SELECT whose rows tally_of reads from the column on.
inline constexpr std::string_view kTallyColumns =
    "pending, running, completed, failed, cancelled, validation_pending, validation_passed, validation_failed, validation_skipped, "
    "tokens_input::text, tokens_cached_input::text, tokens_output::text, tokens_reasoning::text, tokens_other::text, tokens::text, "
    "trunc(cost_usd * 1000000)::text, latency_sum_ms, latency_min_ms, latency_max_ms, latency_sketch";
Tally tally_of(const pg::Row& row, int column);

}  // namespace ledger::projections
