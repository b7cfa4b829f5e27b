#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "domain/projection/projection.hpp"
#include "projections/operations/queries.hpp"
#include "projections/runner_status.hpp"

namespace ledger::http {

// What operators asked of a projection: whether it is paused, its last rebuild, what is left out of it.
nlohmann::json projection_json(const std::string& name, const projection::State& state);
// How far a rebuild under way has got, how quickly, and when it may be there. `at` is now.
nlohmann::json progress_json(const projection::Rebuild& rebuild, const projections::Building& building, Timestamp at);
// How the projection is running; a member where it says nothing is absent.
nlohmann::json running_json(const projections::RunnerStatus& status);
nlohmann::json difference_json(const projections::RowDifference& difference);
// The event's data stays with its workspace: who looks after the ledger sees what failed, not what it says.
nlohmann::json parked_json(const projections::ParkedStream& parked, std::string_view topic_prefix);

}  // namespace ledger::http
