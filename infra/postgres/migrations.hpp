#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "infra/postgres/connection.hpp"

namespace ledger::pg {

// A file of SQL as it was when the program was built.
struct SqlFile {
  std::string_view path;  // below the project's root
  std::string_view text;
};

// schemas/sql/NNN_*.sql, in the order of their numbers.
std::span<const SqlFile> migrations();

struct Migrated {
  std::vector<std::string> applied;  // file names, in order; empty: everything was there
  std::size_t total = 0;
};

// Brings the ledger's own schema up to date. Each file is applied once, in a transaction of its own, and its SHA-256 is
// kept; several processes may do this at once. Throws Fault{program} when a file that was applied has changed since, or
// the database knows a file that this program does not: an older program must not work on a newer schema.
Migrated migrate(Connection& connection, std::span<const SqlFile> files = migrations());

// A secret of the ledger (ledger.secrets), made by the database's strong random generator when it is first asked for.
// 32 bytes.
std::string secret(Connection& connection, std::string_view name);

}  // namespace ledger::pg
