#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/settings/settings.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

// The stored settings of these workspaces; those that never set anything are absent.
std::map<std::string, settings::State> load_settings(pg::Connection& connection,
                                                     const std::vector<std::string>& workspaces);
void write_settings(pg::Connection& connection, const FoldedStreams<settings::State>& workspaces);

}  // namespace ledger::projections
