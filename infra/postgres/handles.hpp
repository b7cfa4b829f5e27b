#pragma once

#include <memory>

// libpq's two handles, by forward declaration, so that nobody who includes this needs libpq's own header.
struct pg_conn;
struct pg_result;

namespace ledger::pg {

struct CloseConnection {
  void operator()(pg_conn* handle) const noexcept;
};
struct ClearResult {
  void operator()(pg_result* handle) const noexcept;
};

using PgConn = std::unique_ptr<pg_conn, CloseConnection>;
using PgResult = std::unique_ptr<pg_result, ClearResult>;

}  // namespace ledger::pg
