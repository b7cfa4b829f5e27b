#pragma once

#include <string>
#include <string_view>

#include "projections/time_page.hpp"

namespace ledger::test {

// How PostgreSQL would answer, in its words.
inline std::string plan_of(pg::Connection& connection, std::string_view sql, const pg::Params& params) {
  std::string text;
  for (const pg::Row row : connection.query("EXPLAIN " + std::string{sql}, params)) text += std::string{row.text(0)} + "\n";
  return text;
}
inline std::string plan_of(pg::Connection& connection, const projections::PageQuery& query) { return plan_of(connection, query.sql, query.params); }

// Of a statement of the program, by its name.
inline std::string plan_of_statement(pg::Connection& connection, std::string_view name, const pg::Params& params) {
  for (const auto* const statement : pg::Statement::all()) {
    if (statement->name == name) return plan_of(connection, statement->sql, params);
  }
  return "there is no such statement";
}

}  // namespace ledger::test
