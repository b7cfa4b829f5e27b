#include "projections/analytics/steps.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace ledger::projections {
namespace {

// Each day of the zone from its beginning.
const pg::Statement kWithinDays{"analytics.bounds_within_days", R"sql(
  SELECT DISTINCT bound FROM generate_series(date_trunc('day', $1 AT TIME ZONE $3), $2 AT TIME ZONE $3, interval '1 day') day,
    generate_series(day AT TIME ZONE $3, (day + interval '1 day') AT TIME ZONE $3 - interval '1 microsecond', $4::text::interval) bound
  WHERE bound > $1 AND bound < $2 ORDER BY bound LIMIT $5)sql"};

const pg::Statement kOfDays{"analytics.bounds_of_days", R"sql(
  SELECT DISTINCT bound FROM generate_series(date_trunc($5, $1 AT TIME ZONE $3), $2 AT TIME ZONE $3, $4::text::interval) day,
    LATERAL (SELECT day AT TIME ZONE $3 AS bound) instant
  WHERE bound > $1 AND bound < $2 ORDER BY bound LIMIT $6)sql"};

const pg::Statement kZones{"analytics.zones", "SELECT name FROM pg_timezone_names"};

struct Word {
  std::string_view text, unit;
  Step::Unit means;
  std::int64_t minutes;  // at the most
};
constexpr std::array kWords{Word{"mo", "month", Step::Unit::month, 31 * 24 * 60}, Word{"m", "minute", Step::Unit::minute, 1},
                            Word{"h", "hour", Step::Unit::hour, 60}, Word{"d", "day", Step::Unit::day, 25 * 60},
                            Word{"w", "week", Step::Unit::week, 7 * 24 * 60 + 60}};
constexpr std::int64_t kLongestMinutes = std::int64_t{100} * 366 * 24 * 60;
constexpr std::int64_t kSlotMinutes = 15;

const Word& word_of(Step::Unit unit) {
  for (const auto& word : kWords) {
    if (word.means == unit) return word;
  }
  return kWords.front();
}

}  // namespace

std::optional<Step> parse_step(std::string_view text) {
  Step step;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), step.count);
  if (error != std::errc{} || step.count < 1) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (const auto& word : kWords) {
    if (word.text != text || step.count > kLongestMinutes / word.minutes) continue;
    step.unit = word.means;
    return step;
  }
  return std::nullopt;
}

std::string to_text(Step step) { return std::to_string(step.count) + std::string{word_of(step.unit).text}; }

bool is_finer_than_slots(Step step) { return step.unit == Step::Unit::minute && step.count % kSlotMinutes != 0; }

bool may_fit(Timestamp from, Timestamp until, Step step, std::int64_t most) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(until - from).count();
  return minutes / (word_of(step.unit).minutes * step.count) <= most;
}

std::vector<Timestamp> step_bounds(pg::Connection& connection, Timestamp from, Timestamp until, Step step, const std::string& zone, std::int64_t most) {
  if (from >= until) return {};
  const auto& word = word_of(step.unit);
  const std::string interval = std::to_string(step.count) + " " + std::string{word.unit};
  std::vector<Timestamp> bounds{from};
  const bool within_days = step.unit == Step::Unit::minute || step.unit == Step::Unit::hour;
  for (const pg::Row row : within_days ? connection.run(kWithinDays, pg::Params{from, until, zone, interval, most})
                                       : connection.run(kOfDays, pg::Params{from, until, zone, interval, word.unit, most})) {
    bounds.push_back(row.time(0));
  }
  bounds.push_back(until);
  return bounds;
}

std::vector<std::string> zone_names(pg::Connection& connection) {
  std::vector<std::string> names;
  for (const pg::Row row : connection.run(kZones)) names.emplace_back(row.text(0));
  return names;
}

}  // namespace ledger::projections
