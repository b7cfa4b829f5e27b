#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Everything in one process: the command side, the projections, and HTTP in front of them.
Subcommand up();

}  // namespace ledger::app
