#include "projections/analytics/priced_models.hpp"

#include <set>
#include <utility>

#include "domain/execution/cost.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kLoad{"analytics.load_models", "SELECT id, version, workspace, name, prices FROM priced_model WHERE id = ANY($1)"};

// Workspace and name never change.
const pg::Statement kUpsert{"analytics.upsert_models", R"sql(
  INSERT INTO priced_model (id, version, workspace, name, prices)
  SELECT id, version, workspace, name, prices::json FROM unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::text[]) AS r(id, version, workspace, name, prices)
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, prices = excluded.prices)sql"};

const pg::Statement kPrices{"analytics.prices", R"sql(
  SELECT m.workspace, m.name, m.prices FROM priced_model m JOIN unnest($1::text[], $2::text[]) AS of (workspace, name) ON m.workspace = of.workspace AND m.name = of.name)sql"};

const std::string kOfModel = "DECLARE of_model NO SCROLL CURSOR FOR SELECT " + std::string{kCountedColumns} + R"sql(
  FROM series s JOIN execution e ON e.series = s.id
  WHERE s.grain = 'finest' AND s.workspace = $1 AND s.model = $2 AND e.wants_prices AND e.completed_at >= $3 AND ($4::timestamptz IS NULL OR e.completed_at < $4))sql";

const pg::Statement kPriceAgain{"analytics.price_again", R"sql(
  UPDATE execution e SET priced_usd = r.priced_usd::numeric(19,6) FROM unnest($1::text[], $2::text[]) AS r(id, priced_usd) WHERE e.id = r.id)sql"};

struct PricedModel {
  std::string id;
  model::State state;
};

PricedModel model_of(const pg::Row& row) {
  PricedModel model;
  model.id = row.text(0);
  model.state.version = static_cast<std::uint64_t>(row.number(1));
  model.state.workspace = row.text(2);
  model.state.name = row.text(3);
  model.state.prices = model::decode_prices(row.json(4));
  return model;
}

Money price_of(const execution::State& state, const model::Prices& prices) {
  const auto cost = execution::priced(state, prices);
  return cost ? cost->total : Money{};
}

using Name = std::pair<std::string, std::string>;   // of a model: workspace and name

std::map<Name, model::Prices> load_prices(pg::Connection& connection, const std::set<Name>& names) {
  std::map<Name, model::Prices> prices;
  if (names.empty()) return prices;
  std::vector<std::string> workspaces, models;
  for (const auto& [workspace, model] : names) {
    workspaces.push_back(workspace);
    models.push_back(model);
  }
  for (const pg::Row row : connection.run(kPrices, pg::Params{workspaces, models})) {
    prices.emplace(Name{row.text(0), row.text(1)}, model::decode_prices(row.json(2)));
  }
  return prices;
}

}  // namespace

std::map<std::string, model::State> load_priced_models(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, model_of);
}

void write_priced_models(pg::Connection& connection, const FoldedStreams<model::State>& models) {
  if (models.empty()) return;
  std::vector<std::string> ids, workspaces, names, prices;
  std::vector<std::int64_t> versions;
  for (const auto& [id, folded] : models) {
    ids.push_back(id);
    versions.push_back(static_cast<std::int64_t>(folded.after.version));
    workspaces.push_back(folded.after.workspace);
    names.push_back(folded.after.name);
    prices.push_back(model::encode_prices(folded.after.prices));
  }
  connection.run(kUpsert, pg::Params{ids, versions, workspaces, names, prices});
}

void price_again(pg::Connection& connection, const Folded<model::State>& model, RollUps& roll_ups) {
  const auto period = model::repriced(model.before.prices, model.after.prices);
  if (!period) return;
  connection.query(kOfModel, pg::Params{model.after.workspace, model.after.name, period->from, period->until});
  for (;;) {
    const auto rows = connection.query("FETCH 2000 FROM of_model");
    if (rows.empty()) break;
    std::vector<std::string> ids, costs;
    for (const pg::Row row : rows) {
      const CountedEntry entry = counted_of(row);
      CountedExecution after = entry.state;
      after.priced = price_of(after.state, model.after.prices);
      roll_ups.move(entry.state, after);
      ids.push_back(entry.id);
      costs.push_back(to_text(after.priced));
    }
    connection.run(kPriceAgain, pg::Params{ids, costs});
  }
  connection.query("CLOSE of_model");
}

void price(pg::Connection& connection, FoldedStreams<CountedExecution>& executions) {
  std::set<Name> names;
  for (const auto& [id, folded] : executions) {
    const auto& state = folded.after.state;
    if (execution::wants_prices(state)) names.emplace(state.workspace, state.request.model);
  }
  const auto prices = load_prices(connection, names);
  for (auto& [id, folded] : executions) {
    const auto& state = folded.after.state;
    const auto known = prices.find({state.workspace, state.request.model});
    if (known != prices.end()) folded.after.priced = price_of(state, known->second);
  }
}

}  // namespace ledger::projections
