#include "http/json/analytics_json.hpp"

#include <algorithm>
#include <limits>

#include "domain/json.hpp"
#include "http/json/feedback_json.hpp"
#include "http/reading/text.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using execution::Status;
using projections::Sum;
using projections::Tally;

std::int64_t count_of(const Tally& tally, Status status) { return tally.by_status[static_cast<std::size_t>(status)]; }

std::int64_t ended(const Tally& tally) {
  std::int64_t count = 0;
  for (const auto status : execution::kStatuses) count += execution::has_ended(status) ? count_of(tally, status) : 0;
  return count;
}

// JSON's readers know 64 bits at the most: what is beyond shows as the greatest of them.
json number_json(Sum sum) { return static_cast<std::int64_t>(std::min<Sum>(sum, std::numeric_limits<std::int64_t>::max())); }

json tokens_json(const Tally& tally) {
  json out{{"total", number_json(tally.tokens_total)}};
  for (const auto kind : projections::kTokenKinds) out[std::string(to_text(kind))] = number_json(tally.tokens[static_cast<std::size_t>(kind)]);
  return out;
}

json latency_json(const Tally& tally) {
  const auto least = [](std::uint32_t ms) { return ms == 0 ? json() : json(ms); };
  const auto percentile = [&](int share) {
    const auto ms = tally.latency_per_mille(share);
    return ms ? json(*ms) : json();
  };
  return {{"count", tally.latencies.count()}, {"average", mean_latency_json(tally)}, {"min", least(tally.latency_min_ms)}, {"max", least(tally.latency_max_ms)},
          {"p50", percentile(500)},           {"p95", percentile(950)},              {"p99", percentile(990)}};
}

}  // namespace

json share_json(std::int64_t part, std::int64_t whole) { return whole == 0 ? json() : json(static_cast<double>(part) / static_cast<double>(whole)); }

json mean_cost_json(const Tally& tally) {
  const auto count = ended(tally);
  return count == 0 ? json() : json(projections::to_money_text(projections::mean(tally.cost_micros, count)));
}

json mean_latency_json(const Tally& tally) {
  const auto count = tally.latencies.count();
  return count == 0 ? json() : json(static_cast<std::int64_t>(projections::mean(tally.latency_sum_ms, count)));
}

json tally_json(const Tally& tally) {
  json by_status = json::object(), by_validation = json::object();
  for (const auto status : execution::kStatuses) by_status[std::string(to_text(status))] = count_of(tally, status);
  for (const auto validation : execution::kValidations) by_validation[std::string(to_text(validation))] = tally.by_validation[static_cast<std::size_t>(validation)];
  const auto failed = count_of(tally, Status::failed);
  return {{"executions", tally.executions()},
          {"by_status", std::move(by_status)},
          {"by_validation", std::move(by_validation)},
          {"failure_rate", share_json(failed, failed + count_of(tally, Status::completed))},
          {"tokens", tokens_json(tally)},
          {"cost_usd", projections::to_money_text(tally.cost_micros)},
          {"average_cost_usd", mean_cost_json(tally)},
          {"latency_ms", latency_json(tally)}};
}

json key_json(projections::GroupBy group_by, const std::string& key) {
  if (key.empty()) return {};
  if (group_by == projections::GroupBy::version) return to_integer(key).value_or(0);
  return key;
}

json scores_json(const std::vector<projections::DimensionNumbers>& scores, const projections::Opinions& opinions) {
  json judges{{"average", nullptr}, {"dimensions", dimensions_json(scores)}};
  if (!scores.empty()) judges["average"] = to_number(projections::mean_score(scores));
  return {{"judges", std::move(judges)},
          {"feedback",
           {{"given", opinions.given},
            {"ratings", opinions.ratings},
            {"average_rating", share_json(opinions.rating_sum, opinions.ratings)},
            {"thumbs_up", opinions.thumbs_up},
            {"thumbs_down", opinions.thumbs_down},
            {"judge_correct_rate", share_json(opinions.judge_correct, opinions.judged)}}}};
}

}  // namespace ledger::http
