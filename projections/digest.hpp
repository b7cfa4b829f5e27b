#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "infra/postgres/connection.hpp"

namespace ledger::projections {

// What a table holds, whatever the order of its rows.
struct TableDigest {
  std::string table;
  std::int64_t rows = 0;
  std::string digest;  // SHA-256 in hexadecimal, over the sorted hashes of its rows; every column counts

  bool operator==(const TableDigest&) const = default;
};

// Of every table in the schema, by name. As of the caller's snapshot.
std::vector<TableDigest> digests(pg::Connection& connection, const std::string& schema);

}  // namespace ledger::projections
