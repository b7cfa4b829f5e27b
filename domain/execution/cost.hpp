#pragma once

#include <optional>

#include "domain/execution/state.hpp"
#include "domain/model/prices.hpp"

// Where an execution's cost comes from: it was told, or is reckoned from what its model cost.
namespace ledger::execution {

// An amount above nought, or a cost by kind, was told. Nought without kinds is what recorders say that do not know.
bool tells_cost(const Ending& ending);

// The moment whose prices hold for it: its completion; before that its start, or its making.
Timestamp priced_at(const State& state);

// It has ended, told no cost, and told what it used.
bool wants_prices(const State& state);

// What such an execution comes to; nothing when it wants no prices, or used nothing that had one then.
std::optional<model::Cost> priced(const State& state, const model::Prices& prices);

}  // namespace ledger::execution
