#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "infra/postgres/connection.hpp"

namespace ledger::projections {

// The digest of a row `t`, in SQL: SHA-256 of the form in which PostgreSQL sends rows, where each column has its type and its length, and a null is
// no value. Half as long as the row's text, and made in a fraction of the time.
inline constexpr std::string_view kRowDigest = "sha256(record_send(t))";

// What a table holds, whatever the order of its rows.
struct TableDigest {
  std::string table;
  std::int64_t rows = 0;
  std::string digest;  // SHA-256 in hexadecimal, over the sorted digests of its rows; every column counts

  bool operator==(const TableDigest&) const = default;
};

// As of the caller's snapshot.
TableDigest digest(pg::Connection& connection, const std::string& schema, const std::string& table);
// Of every table in the schema, by name.
std::vector<TableDigest> digests(pg::Connection& connection, const std::string& schema);

}  // namespace ledger::projections
