#pragma once

namespace ledger::http {

// What handlers work on. Every member is a pointer to a port or a query of another folder, set once by app/ before the server starts;
// handlers run on many threads at once.
struct App {};

}  // namespace ledger::http
