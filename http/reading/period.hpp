#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "domain/time.hpp"
#include "http/app.hpp"
#include "http/reading/query.hpp"
#include "projections/analytics/steps.hpp"

namespace ledger::http {

// What is asked about: from the first on, before the second.
struct Period {
  Timestamp from, to;
};

// ?from= and ?to=: without the end until now, without the beginning the 30 days before the end. An empty period is refused.
Period read_period(Query& query);

// A time series: its points are a step apart by the clocks of a time zone.
struct Timeline {
  Period period;
  projections::Step step;
  std::string zone;
};

// At most so many points.
inline constexpr std::int64_t kPointsMax = 1'000;

// The same and ?step= (15m, 1h, 1d, 1w, 1mo; a day when it is absent) and ?time_zone= (UTC when it is absent). More points than kPointsMax are refused.
Timeline read_timeline(Query& query, const App& app);
// Where its points begin, and its end. 422 when there are more points than kPointsMax after all.
Result<std::vector<Timestamp>, Problem> bounds_of(const Timeline& timeline, const App& app);

}  // namespace ledger::http
