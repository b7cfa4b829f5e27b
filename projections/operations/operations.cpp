#include "projections/operations/operations.hpp"

#include "projections/fold_streams.hpp"
#include "projections/operations/rows.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {

std::string_view OperationsProjection::tables_sql() const { return sql_file("projections/operations/tables.sql"); }

std::vector<std::string_view> OperationsProjection::kinds() const { return {projection::kStreamKind}; }

std::vector<Refusal> OperationsProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  const auto load = [&](const auto& names) { return load_operated(connection, names); };
  write_operated(connection, fold_streams<projection::State>(batch, projection::kStreamKind, load, refusals));
  return refusals;
}

}  // namespace ledger::projections
