#include "projections/definitions/definitions.hpp"

#include "projections/definitions/model_rows.hpp"
#include "projections/definitions/score_definition_rows.hpp"
#include "projections/fold_streams.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {

std::string_view DefinitionsProjection::tables_sql() const { return sql_file("projections/definitions/tables.sql"); }
std::string_view DefinitionsProjection::indexes_sql() const { return sql_file("projections/definitions/indexes.sql"); }

std::vector<std::string_view> DefinitionsProjection::kinds() const { return {model::kStreamKind, score_definition::kStreamKind}; }

std::vector<Refusal> DefinitionsProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  write_models(connection, fold_streams<model::State>(
                               batch, model::kStreamKind, [&](const auto& ids) { return load_models(connection, ids); }, refusals));
  write_score_definitions(connection, fold_streams<score_definition::State>(
                                          batch, score_definition::kStreamKind, [&](const auto& ids) { return load_score_definitions(connection, ids); }, refusals));
  return refusals;
}

}  // namespace ledger::projections
