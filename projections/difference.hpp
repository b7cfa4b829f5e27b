#pragma once

#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/connection.hpp"

namespace ledger::projections {

// A row that is not the same in a rebuilt model and in the one in use. Named, not shown: it may be another workspace's.
struct RowDifference {
  std::string table;
  std::string key;                    // JSON: the columns of the primary key, or the row's digest where there is none
  std::string what;                   // only_live, only_rebuilt or changed
  std::vector<std::string> columns;   // that differ, when it is changed
};

inline constexpr int kDifferencesPerTable = 20;

// Writes the first rows that differ of each of these tables into `<next>.difference`, by their keys.
void keep_differences(pg::Connection& connection, const std::string& live, const std::string& next, const std::vector<std::string>& tables);
// What was kept by the last rebuild that was refused; empty when there is none.
std::vector<RowDifference> kept_differences(pg::Connection& connection, const std::string& next);

}  // namespace ledger::projections
