#pragma once

#include <string>

#include "projections/time_page.hpp"

namespace ledger::test {

// How PostgreSQL would answer, in its words.
inline std::string plan_of(pg::Connection& connection, const projections::PageQuery& query) {
  std::string text;
  for (const pg::Row row : connection.query("EXPLAIN " + query.sql, query.params)) text += std::string{row.text(0)} + "\n";
  return text;
}

}  // namespace ledger::test
