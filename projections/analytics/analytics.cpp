#include "projections/analytics/analytics.hpp"

#include "projections/analytics/counted_execution.hpp"
#include "projections/analytics/roll_ups.hpp"
#include "projections/fold_streams.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {

std::string_view AnalyticsProjection::tables_sql() const { return sql_file("projections/analytics/tables.sql"); }
std::string_view AnalyticsProjection::indexes_sql() const { return sql_file("projections/analytics/indexes.sql"); }

std::vector<Refusal> AnalyticsProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  const auto executions = fold_streams<CountedExecution>(
      batch, execution::kStreamKind, [&](const auto& ids) { return load_counted(connection, ids); }, refusals);
  write_counted(connection, executions);
  RollUps roll_ups;
  for (const auto& [id, folded] : executions) roll_ups.move(folded.before.state, folded.after.state);
  roll_ups.write(connection);
  return refusals;
}

}  // namespace ledger::projections
