#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

#include "domain/execution/cost.hpp"
#include "domain/execution/state.hpp"
#include "infra/sealing/text_seals.hpp"
#include "projections/executions/rows.hpp"

// How executions look to clients: the one place, for live answers and for any moment of the past.
namespace ledger::http {

// `priced` is what it costs by its model's prices, when it told no cost and they are known.
nlohmann::json execution_json(const std::string& id, const execution::State& state, const sealing::OpenKeys& keys, const std::optional<model::Cost>& priced);
// Whether the cost was told, is priced, or nobody knows it.
const char* cost_source(const execution::Ending& ending, const std::optional<model::Cost>& priced);
nlohmann::json log_line_json(const projections::LogLine& line);

}  // namespace ledger::http
