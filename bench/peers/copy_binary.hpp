#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace ledger::bench {

// What PostgreSQL itself can do with rows that are ready: the limit of every program that writes them.
struct CopyTimes {
  double indexed_seconds = 0;          // into tables with all their indexes
  double bare_seconds = 0;             // into tables without, after which the indexes are made
};

// Takes the rows of `tables` out of `schema` as COPY BINARY gives them, and sends the same bytes into a copy of the tables. Leaves nothing
// behind. Throws std::runtime_error when the server refuses.
CopyTimes copy_again(const std::string& postgres_url, const std::string& schema, const std::vector<std::string>& tables);

}  // namespace ledger::bench
