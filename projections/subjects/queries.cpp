#include "projections/subjects/queries.hpp"

#include "projections/subjects/rows.hpp"

namespace ledger::projections {
namespace {

const std::string kByIdSql = "SELECT " + std::string{kErasureColumns} + " FROM subjects.erasure WHERE workspace = $1 AND subject = $2 ORDER BY number";
const pg::Statement kById{"subjects.by_id", kByIdSql};

}  // namespace

std::optional<subject::State> SubjectQueries::by_id(const std::string& workspace, const std::string& id) {
  return pool_.read([&](pg::Connection& connection) -> std::optional<subject::State> {
    auto found = subjects_of(connection.run(kById, pg::Params{workspace, id}));
    if (found.empty()) return std::nullopt;
    return std::move(found.begin()->second);
  });
}

}  // namespace ledger::projections
