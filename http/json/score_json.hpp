#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "infra/sealing/text_seals.hpp"
#include "projections/feedback/score_rows.hpp"

namespace ledger::http {

// Any score, whichever way it was given. A comment on a request may be sealed.
nlohmann::json score_json(const projections::ScoreEntry& entry, const sealing::OpenKeys& keys);
// One that was given as a score: nothing of it is sealed.
nlohmann::json score_json(const std::string& id, const score::State& state);
nlohmann::json score_definition_json(const std::string& id, const score_definition::State& state);

}  // namespace ledger::http
