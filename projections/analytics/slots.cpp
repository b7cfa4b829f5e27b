#include "projections/analytics/slots.hpp"

#include <chrono>

namespace ledger::projections {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using Quarters = std::chrono::duration<std::int64_t, std::ratio<15 * 60>>;

void cut_into(std::vector<Piece>& pieces, Timestamp from, Timestamp until, std::span<const Level> levels) {
  if (from >= until) return;
  if (levels.empty()) {
    pieces.push_back({std::nullopt, from, until});
    return;
  }
  const auto finer = levels.first(levels.size() - 1);
  const Level level = levels.back();
  const Timestamp first = slot_of(level, from) == from ? from : slot_after(level, slot_of(level, from));
  const Timestamp end = slot_of(level, until);
  if (first >= end) return cut_into(pieces, from, until, finer);
  cut_into(pieces, from, first, finer);
  pieces.push_back({level, first, end});
  cut_into(pieces, end, until, finer);
}

}  // namespace

std::string_view to_text(Level level) {
  switch (level) {
    case Level::quarter: return "quarter";
    case Level::hour: return "hour";
    case Level::day: return "day";
    case Level::month: return "month";
  }
  return "quarter";
}

Timestamp slot_of(Level level, Timestamp time) {
  switch (level) {
    case Level::quarter: return floor<Quarters>(time);
    case Level::hour: return floor<hours>(time);
    case Level::day: return floor<days>(time);
    case Level::month: {
      const year_month_day date{floor<days>(time)};
      return sys_days{date.year() / date.month() / 1};
    }
  }
  return time;
}

Timestamp slot_after(Level level, Timestamp slot) {
  switch (level) {
    case Level::quarter: return slot + Quarters{1};
    case Level::hour: return slot + hours{1};
    case Level::day: return slot + days{1};
    case Level::month: {
      const year_month_day date{floor<days>(slot)};
      return sys_days{(date.year() / date.month() + months{1}) / 1};
    }
  }
  return slot;
}

std::vector<Piece> cut(Timestamp from, Timestamp until, std::span<const Level> levels) {
  std::vector<Piece> pieces;
  cut_into(pieces, from, until, levels);
  return pieces;
}

}  // namespace ledger::projections
