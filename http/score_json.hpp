#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "projections/feedback/score_rows.hpp"

namespace ledger::http {

// Any score, whichever way it was given.
nlohmann::json score_json(const projections::ScoreEntry& entry);
// One that was given as a score.
nlohmann::json score_json(const std::string& id, const score::State& state);
nlohmann::json score_definition_json(const std::string& id, const score_definition::State& state);

}  // namespace ledger::http
