#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/model/model.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/analytics/counted_execution.hpp"
#include "projections/analytics/roll_ups.hpp"
#include "projections/fold_streams.hpp"

// What models cost, for executions that told no cost themselves. Prices and executions come from different partitions in any order: whichever is
// second finds the other, so that sums come to the same.
namespace ledger::projections {

std::map<std::string, model::State> load_priced_models(pg::Connection& connection, const std::vector<std::string>& ids);
void write_priced_models(pg::Connection& connection, const FoldedStreams<model::State>& models);

// Executions that are counted already and cost something else from now on: a change of their model's prices reached into the past.
void price_again(pg::Connection& connection, const Folded<model::State>& model, RollUps& roll_ups);

// Gives every execution that told no cost what its model's prices say.
void price(pg::Connection& connection, FoldedStreams<CountedExecution>& executions);

}  // namespace ledger::projections
