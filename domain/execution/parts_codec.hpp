#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/execution/events.hpp"

// For the codec files: how what events and states of executions share looks in JSON. What reads throws what nlohmann throws, or std::invalid_argument.
namespace ledger::execution {

nlohmann::json request_to_json(const Request& request);
Request request_from_json(const nlohmann::json& in);

nlohmann::json usage_to_json(const TokenUsage& usage);
TokenUsage usage_from_json(const nlohmann::json& in);

nlohmann::json ending_to_json(const Ending& ending);
Ending ending_from_json(const nlohmann::json& in);

nlohmann::json checked_to_json(const Checked& checked);
Checked checked_from_json(const nlohmann::json& in);

}  // namespace ledger::execution
