#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/time.hpp"
#include "infra/postgres/connection.hpp"

namespace ledger::projections {

// How far the points of a time series are apart: so many minutes, hours, days, weeks or months.
struct Step {
  enum class Unit : std::uint8_t { minute, hour, day, week, month };

  std::int32_t count = 1;
  Unit unit = Unit::day;

  bool operator==(const Step&) const = default;
};
// As 15m, 1h, 1d, 1w, 1mo; nothing for anything else, or for a step that is longer than a hundred years.
std::optional<Step> parse_step(std::string_view text);
std::string to_text(Step step);

// No slot of the roll-ups fits into it.
bool is_finer_than_slots(Step step);

// Whether the period may have that many steps or fewer; a rough look, before anybody counts.
bool may_fit(Timestamp from, Timestamp until, Step step, std::int64_t most);

// Where the points of a period begin, by the clocks of an IANA time zone, and behind them the period's end. The first begins with the
// period. Minutes and hours count from the beginning of each day; weeks begin on Monday; several days, weeks or months count
// from the first of the period. Empty for an empty period. At most `most` points and the end: one more says that there are more.
std::vector<Timestamp> step_bounds(pg::Connection& connection, Timestamp from, Timestamp until, Step step, const std::string& zone, std::int64_t most);

// Every name that PostgreSQL knows a time zone by.
std::vector<std::string> zone_names(pg::Connection& connection);

}  // namespace ledger::projections
