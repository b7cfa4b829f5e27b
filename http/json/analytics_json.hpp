#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "projections/analytics/queries.hpp"
#include "projections/analytics/tally.hpp"
#include "projections/feedback/said.hpp"

// How sums look to clients. Counts are numbers, money is text with all six decimals, a share is from 0 to 1; what there is nothing to
// make it of is null.
namespace ledger::http {

// Executions by status and validation, share of failures, tokens, cost, latencies.
nlohmann::json tally_json(const projections::Tally& tally);

// Key of a group as its kind has it: versions are numbers; null when what is grouped has none.
nlohmann::json key_json(projections::GroupBy group_by, const std::string& key);

// What judges and owners of requests said.
nlohmann::json scores_json(const std::vector<projections::DimensionNumbers>& scores, const projections::Opinions& opinions);

// part / whole, or null.
nlohmann::json share_json(std::int64_t part, std::int64_t whole);
// The mean amount of money, or null.
nlohmann::json mean_cost_json(const projections::Tally& tally);
nlohmann::json mean_latency_json(const projections::Tally& tally);

}  // namespace ledger::http
