#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "infra/sealing/text_seals.hpp"
#include "projections/feedback/heads.hpp"
#include "projections/feedback/queries.hpp"

namespace ledger::http {

nlohmann::json feedback_json(const std::string& id, const feedback::State& state, const sealing::OpenKeys& keys);
nlohmann::json judge_score_json(const std::string& id, const judge_score::State& state);
nlohmann::json security_scan_json(const std::string& id, const security_scan::State& state, const sealing::OpenKeys& keys);

nlohmann::json head_json(const projections::Head& head);
nlohmann::json dimensions_json(const std::vector<projections::DimensionNumbers>& dimensions);
// {agent: {wins, total, effectiveness}}: of all agents; without any win there is no effectiveness.
nlohmann::json effectiveness_json(const projections::AgentWins& wins);

}  // namespace ledger::http
