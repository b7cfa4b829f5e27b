#include "projections/definitions/queries.hpp"

#include <utility>

#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

const std::string kSelectModels = "SELECT " + std::string{kModelColumns} + " FROM definitions.model_definition";

const std::string kModelByIdSql = kSelectModels + " WHERE workspace = $1 AND id = $2";
const pg::Statement kModelById{"definitions.model_by_id", kModelByIdSql};

const pg::Statement kPrices{"definitions.prices", R"sql(
  SELECT name, prices FROM definitions.model_definition WHERE workspace = $1 AND name = ANY($2))sql"};

}  // namespace

std::optional<ModelEntry> DefinitionQueries::model(const std::string& workspace, const std::string& id) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<ModelEntry> {
    const auto rows = connection.run(kModelById, pg::Params{workspace, id});
    if (rows.empty()) return std::nullopt;
    return model_of(rows[0]);
  });
}

TimePage<ModelEntry> DefinitionQueries::models(const std::string& workspace, const ModelFilter& filter, const std::optional<TimeMark>& after, int limit) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  conditions.add(filter.deleted ? "deleted_at IS NOT NULL" : "deleted_at IS NULL");
  if (filter.name) conditions.where("name = ", *filter.name);
  if (filter.provider) conditions.where("provider = ", *filter.provider);
  if (filter.capability) conditions.where("", *filter.capability, " = ANY(capabilities)");
  return read_page(pool_, kSelectModels, std::move(conditions), TimeOrder::newest_first, after, limit, model_of);
}

PriceLists DefinitionQueries::prices(const std::string& workspace, const std::vector<std::string>& names) {
  return pool_.read([&](pg::Connection& connection) {
    PriceLists lists;
    for (const pg::Row row : connection.run(kPrices, pg::Params{workspace, names})) {
      auto prices = model::decode_prices(row.json(1));
      if (!prices.empty()) lists.emplace(row.text(0), std::move(prices));
    }
    return lists;
  });
}

}  // namespace ledger::projections
