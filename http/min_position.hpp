#pragma once

#include <vector>

#include "domain/result.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"
#include "log/record.hpp"

namespace ledger::http {

// Ledger-Min-Position: waits until the read model has reached all of it. 400 when it is none of our tokens; 504 with what is missing when
// the model does not get there in time.
Result<void, Problem> await_min_position(const Request& request, const App& app, projections::ModelPositions& model);

// The same for positions that a command of this very request has reached, or that it asks for otherwise.
Result<void, Problem> await_positions(const std::vector<log::Position>& wanted, const Request& request, const App& app, projections::ModelPositions& model);

}  // namespace ledger::http
