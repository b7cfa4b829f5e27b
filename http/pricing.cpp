#include "http/pricing.hpp"

#include <set>
#include <vector>

#include "commands/model/propose.hpp"
#include "http/past/past.hpp"

namespace ledger::http {

using projections::PriceLists;

PriceLists prices_for(std::span<const projections::ExecutionEntry> entries, const std::string& workspace, const App& app, const Moment& moment) {
  std::set<std::string> names;
  for (const auto& entry : entries) {
    if (execution::wants_prices(entry.state)) names.insert(entry.state.request.model);
  }
  if (names.empty()) return {};
  if (!moment.as_of && !moment.at_position) return app.definitions->prices(workspace, {names.begin(), names.end()});
  PriceLists lists;
  for (const auto& name : names) {
    const auto then = state_at<model::State>(app, workspace, {std::string(model::kStreamKind), model::id_of(workspace, name)}, moment);
    if (then) lists.emplace(name, then->prices);
  }
  return lists;
}

std::optional<model::Cost> cost_by(const PriceLists& prices, const execution::State& state) {
  const auto found = prices.find(state.request.model);
  return found == prices.end() ? std::nullopt : execution::priced(state, found->second);
}

}  // namespace ledger::http
