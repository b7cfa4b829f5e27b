#pragma once

#include <string_view>

#include "http/reading/query.hpp"
#include "projections/history/moment.hpp"

namespace ledger::http {

using projections::Moment;

// ?clock=, which needs a time to go by: `recorded` unless it is given.
projections::Clock read_clock(Query& query, bool has_time, std::string_view needs);

// ?as_of= and ?clock=, or ?at_position=. A time zone's + that was sent unencoded is a space by now: the time is refused and says so.
Moment read_as_of(Query& query, std::string_view topic_prefix);
// The same, or ?at_version=.
Moment read_moment(Query& query, std::string_view topic_prefix);

}  // namespace ledger::http
