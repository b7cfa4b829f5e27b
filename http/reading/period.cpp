#include "http/reading/period.hpp"

#include <chrono>

#include "http/changes/execution_place.hpp"
#include "projections/analytics/queries.hpp"

namespace ledger::http {
namespace {

constexpr std::chrono::days kUsual{30};
constexpr std::string_view kUtc = "UTC";

std::string too_many_points() { return "makes more than " + std::to_string(kPointsMax) + " points of this period: take a longer step or a shorter period"; }

}  // namespace

Period read_period(Query& query) {
  const auto from = query.time("from");
  const auto to = query.time("to");
  Period period;
  period.to = to.value_or(now());
  period.from = from.value_or(period.to - kUsual);
  if (period.from >= period.to) query.refuse(from ? "from" : "to", from ? "must be before the period's end, " + to_rfc3339(period.to) : "is too early");
  return period;
}

Timeline read_timeline(Query& query, const App& app) {
  Timeline timeline{.period = read_period(query), .step = {}, .zone = std::string{kUtc}};
  if (const auto text = query.text("step")) {
    if (const auto step = projections::parse_step(*text)) {
      timeline.step = *step;
    } else {
      query.refuse("step", "must be a number and m, h, d, w or mo, as 15m, 1h, 1d, 1w or 1mo");
    }
  }
  if (!may_fit(timeline.period.from, timeline.period.to, timeline.step, kPointsMax)) query.refuse("step", too_many_points());
  if (const auto zone = query.text("time_zone")) {
    if (!app.analytics->is_zone(*zone)) query.refuse("time_zone", "must be the name of an IANA time zone, as Europe/Berlin");
    timeline.zone = *zone;
  }
  return timeline;
}

Result<std::vector<Timestamp>, Problem> bounds_of(const Timeline& timeline, const App& app) {
  auto bounds = app.analytics->bounds(timeline.period.from, timeline.period.to, timeline.step, timeline.zone, kPointsMax);
  if (static_cast<std::int64_t>(bounds.size()) > kPointsMax + 1) return tl::unexpected(invalid_field("?step", too_many_points()));
  return bounds;
}

}  // namespace ledger::http
