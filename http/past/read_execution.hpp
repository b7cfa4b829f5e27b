#pragma once

#include "domain/result.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/reading/moment.hpp"
#include "http/request.hpp"
#include "projections/executions/rows.hpp"

namespace ledger::http {

// Waits for Ledger-Min-Position in what executions are read from: their own read model, and that of the prices of their models.
Result<void, Problem> await_executions(const Request& request, const App& app);

// The execution that the path names, at that moment; 404 when there is, or was, none. Now is read from its read model, everything else is folded
// from the history. Waits for Ledger-Min-Position.
Result<projections::ExecutionEntry, Problem> read_execution(const Request& request, const App& app, const Moment& moment);

}  // namespace ledger::http
