#include "http/pricing.hpp"

#include <set>
#include <vector>

#include "commands/model/propose.hpp"
#include "http/past.hpp"

namespace ledger::http {

using projections::PriceLists;

PriceLists prices_for(std::span<const projections::ExecutionEntry> entries, const std::string& workspace, const App& app) {
  std::set<std::string> names;
  for (const auto& entry : entries) {
    if (execution::wants_prices(entry.state)) names.insert(entry.state.request.model);
  }
  if (names.empty()) return {};
  return app.definitions->prices(workspace, {names.begin(), names.end()});
}

PriceLists prices_for(const projections::ExecutionEntry& entry, const std::string& workspace, const App& app, const Moment& moment) {
  if (!moment.as_of) return prices_for({&entry, 1}, workspace, app);
  if (!execution::wants_prices(entry.state)) return {};
  const auto& name = entry.state.request.model;
  const auto events = events_at(app, workspace, {std::string(model::kStreamKind), model::id_of(workspace, name)}, moment);
  if (events.empty()) return {};
  return {{name, fold<model::State>(events).prices}};
}

std::optional<model::Cost> cost_by(const PriceLists& prices, const execution::State& state) {
  const auto found = prices.find(state.request.model);
  return found == prices.end() ? std::nullopt : execution::priced(state, found->second);
}

}  // namespace ledger::http
