#include "domain/execution/cost.hpp"

namespace ledger::execution {

bool tells_cost(const Ending& ending) { return ending.cost.micros > 0 || !ending.usage.cost.empty(); }

Timestamp priced_at(const State& state) { return state.completed_at.value_or(state.started_at.value_or(state.created_at)); }

bool wants_prices(const State& state) { return has_ended(state.status) && !tells_cost(state.ending) && !state.ending.usage.tokens.empty(); }

std::optional<model::Cost> priced(const State& state, const model::Prices& prices) {
  if (!wants_prices(state)) return std::nullopt;
  const model::Price* const price = model::price_at(prices, priced_at(state));
  return price == nullptr ? std::nullopt : model::cost_of(state.ending.usage.tokens, *price);
}

}  // namespace ledger::execution
