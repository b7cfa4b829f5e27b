#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/projection/projection.hpp"

// How the state of a projection's operation looks in JSON, whole: each function reads what the other wrote. from_json throws what nlohmann throws, or
// std::invalid_argument.
namespace ledger::projection {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::projection
