#include "http/moment.hpp"

#include <limits>
#include <string_view>
#include <utility>

namespace ledger::http {
namespace {

constexpr std::pair<std::string_view, projections::Clock> kClocks[] = {{"recorded", projections::Clock::recorded},
                                                                       {"occurred", projections::Clock::occurred}};

}  // namespace

std::optional<projections::Clock> read_clock(Query& query) { return query.choice<projections::Clock>("clock", kClocks); }

Moment read_as_of(Query& query) {
  Moment moment;
  moment.as_of = query.time("as_of");
  const auto clock = read_clock(query);
  if (clock && !moment.as_of) query.refuse("clock", "says by which clock as_of goes: it needs as_of");
  moment.clock = clock.value_or(projections::Clock::recorded);
  return moment;
}

Moment read_moment(Query& query) {
  Moment moment = read_as_of(query);
  if (const auto version = query.integer("at_version", 1, std::numeric_limits<std::int64_t>::max())) {
    moment.at_version = static_cast<std::uint64_t>(*version);
    if (moment.as_of) query.refuse("at_version", "must not stand beside as_of: each names a moment");
  }
  return moment;
}

}  // namespace ledger::http
