#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// The projections alone, all or some, one of several processes on the same servers. HTTP tells its health and metrics.
Subcommand project();

}  // namespace ledger::app
