#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/prompt/state.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

// The stored states of these prompts, without contents; unknown ids are absent.
std::map<std::string, prompt::State> load_prompts(pg::Connection& connection, const std::vector<std::string>& ids);

// Writes what a batch made of prompts: the final row of each, and the versions and label moves that were added.
void write_prompts(pg::Connection& connection, const FoldedStreams<prompt::State>& prompts);

}  // namespace ledger::projections
