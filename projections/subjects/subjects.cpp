#include "projections/subjects/subjects.hpp"

#include "projections/sql_files.hpp"
#include "projections/subjects/rows.hpp"
#include "projections/subjects/subject_key_table.hpp"

namespace ledger::projections {

std::string_view SubjectsProjection::tables_sql() const { return sql_file("projections/subjects/tables.sql"); }

std::vector<std::string_view> SubjectsProjection::kinds() const { return {subject::kStreamKind}; }

std::vector<Refusal> SubjectsProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  const auto load = [&](const auto& ids) { return load_subjects(connection, ids); };
  const auto erased = write_erasures(connection, fold_streams<subject::State>(batch, subject::kStreamKind, load, refusals));
  if (!erased.empty()) delete_subject_keys(connection, erased);
  return refusals;
}

}  // namespace ledger::projections
