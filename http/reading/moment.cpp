#include "http/reading/moment.hpp"

#include <limits>
#include <utility>

#include "http/reading/position_token.hpp"

namespace ledger::http {
namespace {

constexpr std::pair<std::string_view, projections::Clock> kClocks[] = {{"recorded", projections::Clock::recorded},
                                                                       {"occurred", projections::Clock::occurred}};

}  // namespace

projections::Clock read_clock(Query& query, bool has_time, std::string_view needs) {
  const auto clock = query.choice<projections::Clock>("clock", kClocks);
  if (clock && !has_time) query.refuse("clock", "says by which clock times go: it needs " + std::string(needs));
  return clock.value_or(projections::Clock::recorded);
}

Moment read_as_of(Query& query, std::string_view topic_prefix) {
  Moment moment;
  moment.as_of = query.time("as_of");
  moment.clock = read_clock(query, moment.as_of.has_value(), "as_of");
  if (const auto token = query.text("at_position")) {
    moment.at_position = parse_position_token(*token, topic_prefix);
    if (!moment.at_position) query.refuse("at_position", "must be the Ledger-Position of an answer or the position of an event, as it was");
    if (moment.as_of) query.refuse("at_position", "must not stand beside as_of: each names a moment");
  }
  return moment;
}

Moment read_moment(Query& query, std::string_view topic_prefix) {
  Moment moment = read_as_of(query, topic_prefix);
  if (const auto version = query.integer("at_version", 1, std::numeric_limits<std::int64_t>::max())) {
    moment.at_version = static_cast<std::uint64_t>(*version);
    if (moment.as_of || moment.at_position) query.refuse("at_version", "must not stand beside another moment");
  }
  return moment;
}

}  // namespace ledger::http
