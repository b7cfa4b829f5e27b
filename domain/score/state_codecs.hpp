#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"

// How the states of this folder's kinds look in JSON, whole: each function reads what the other wrote. from_json throws what nlohmann throws, or std::invalid_argument.
namespace ledger::score {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::score
namespace ledger::score_definition {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::score_definition
