#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"

// How the states of this folder's kinds look in JSON, whole: each function reads what the other wrote. from_json throws what nlohmann throws, or std::invalid_argument.
namespace ledger::feedback {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::feedback
namespace ledger::judge_score {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::judge_score
namespace ledger::security_scan {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

}  // namespace ledger::security_scan
