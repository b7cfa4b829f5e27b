#include "projections/definitions/queries.hpp"

#include <utility>

#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

const std::string kSelectModels = "SELECT " + std::string{kModelColumns} + " FROM definitions.model_definition";

const std::string kModelByIdSql = kSelectModels + " WHERE workspace = $1 AND id = $2";
const pg::Statement kModelById{"definitions.model_by_id", kModelByIdSql};

const std::string kSelectScoreDefinitions = "SELECT " + std::string{kScoreDefinitionColumns} + " FROM definitions.score_definition";

const std::string kScoreDefinitionByIdSql = kSelectScoreDefinitions + " WHERE workspace = $1 AND id = $2";
const pg::Statement kScoreDefinitionById{"definitions.score_definition_by_id", kScoreDefinitionByIdSql};

const pg::Statement kPrices{"definitions.prices", R"sql(
  SELECT name, prices FROM definitions.model_definition WHERE workspace = $1 AND name = ANY($2))sql"};

// At most one row comes back.
template <class Entry>
std::optional<Entry> find_one(pg::Pool& pool, const pg::Statement& by_id, const std::string& workspace, const std::string& id, Entry (*entry_of)(const pg::Row&)) {
  return pool.read([&](pg::Connection& connection) -> std::optional<Entry> {
    const auto rows = connection.run(by_id, pg::Params{workspace, id});
    if (rows.empty()) return std::nullopt;
    return entry_of(rows[0]);
  });
}

Conditions of_workspace(const std::string& workspace, bool deleted) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  conditions.add(deleted ? "deleted_at IS NOT NULL" : "deleted_at IS NULL");
  return conditions;
}

}  // namespace

std::optional<ModelEntry> DefinitionQueries::model(const std::string& workspace, const std::string& id) {
  return find_one(pool_, kModelById, workspace, id, model_of);
}

TimePage<ModelEntry> DefinitionQueries::models(const std::string& workspace, const ModelFilter& filter, const std::optional<TimeMark>& after, int limit) {
  Conditions conditions = of_workspace(workspace, filter.deleted);
  if (filter.name) conditions.where("name = ", *filter.name);
  if (filter.provider) conditions.where("provider = ", *filter.provider);
  if (filter.capability) conditions.where("", *filter.capability, " = ANY(capabilities)");
  return read_page(pool_, kSelectModels, std::move(conditions), TimeOrder::newest_first, after, limit, model_of);
}

std::optional<ScoreDefinitionEntry> DefinitionQueries::score_definition(const std::string& workspace, const std::string& id) {
  return find_one(pool_, kScoreDefinitionById, workspace, id, score_definition_of);
}

TimePage<ScoreDefinitionEntry> DefinitionQueries::score_definitions(const std::string& workspace, const ScoreDefinitionFilter& filter, const std::optional<TimeMark>& after,
                                                                    int limit) {
  Conditions conditions = of_workspace(workspace, filter.deleted);
  if (filter.name) conditions.where("name = ", *filter.name);
  if (filter.type) conditions.where("type = ", to_text(*filter.type));
  return read_page(pool_, kSelectScoreDefinitions, std::move(conditions), TimeOrder::newest_first, after, limit, score_definition_of);
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
