#pragma once

#include <optional>
#include <span>
#include <string>

#include "domain/execution/cost.hpp"
#include "http/app.hpp"
#include "http/reading/moment.hpp"
#include "projections/definitions/queries.hpp"
#include "projections/executions/rows.hpp"

// What executions cost that told no cost: by what their models cost when they were completed. Reckoned when they are read, and kept nowhere.
namespace ledger::http {

// What the models of those executions cost that need it, as it was known at that moment. Now it is one question for all of them, else one for each model.
projections::PriceLists prices_for(std::span<const projections::ExecutionEntry> entries, const std::string& workspace, const App& app, const Moment& moment = {});

std::optional<model::Cost> cost_by(const projections::PriceLists& prices, const execution::State& state);

}  // namespace ledger::http
