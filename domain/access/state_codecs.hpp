#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"

// How the states of this folder's kinds look in JSON, whole: each function reads what the other wrote. from_json throws what nlohmann throws, or std::invalid_argument.
namespace ledger::workspace {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::workspace
namespace ledger::api_key {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::api_key
