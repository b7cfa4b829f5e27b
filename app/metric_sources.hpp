#pragma once

#include <vector>

#include "commands/command_side.hpp"
#include "http/server.hpp"
#include "infra/metrics/registry.hpp"
#include "projections/runner_status.hpp"

// What the parts count by themselves, told under the names of infra/metrics/families.hpp.
namespace ledger::app {

void tell_commands(metrics::Scrape& scrape, const CommandSide& commands);
void tell_projections(metrics::Scrape& scrape, const std::vector<projections::RunnerStatus>& all);
void tell_server(metrics::Scrape& scrape, const http::ServerLoad& load);

}  // namespace ledger::app
