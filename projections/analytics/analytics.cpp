#include "projections/analytics/analytics.hpp"

#include "projections/analytics/counted_execution.hpp"
#include "projections/analytics/priced_models.hpp"
#include "projections/analytics/roll_ups.hpp"
#include "projections/fold_streams.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {

std::string_view AnalyticsProjection::tables_sql() const { return sql_file("projections/analytics/tables.sql"); }
std::string_view AnalyticsProjection::indexes_sql() const { return sql_file("projections/analytics/indexes.sql"); }

std::vector<std::string_view> AnalyticsProjection::kinds() const { return {execution::kStreamKind, model::kStreamKind}; }

std::vector<Refusal> AnalyticsProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  lock_roll_ups(connection);   // whoever brings prices finds the executions of the others, and whoever brings executions their prices
  RollUps roll_ups;
  const auto models = fold_streams<model::State>(
      batch, model::kStreamKind, [&](const auto& ids) { return load_priced_models(connection, ids); }, refusals);
  write_priced_models(connection, models);
  for (const auto& [id, folded] : models) price_again(connection, folded, roll_ups);

  auto executions = fold_streams<CountedExecution>(
      batch, execution::kStreamKind, [&](const auto& ids) { return load_counted(connection, ids); }, refusals);
  price(connection, executions);
  write_counted(connection, executions);
  for (const auto& [id, folded] : executions) roll_ups.move(folded.before, folded.after);
  roll_ups.write(connection);
  return refusals;
}

}  // namespace ledger::projections
