#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// `promptledger projections`: what /api/v1/projections does, from a terminal.
Subcommand projections_operation();

}  // namespace ledger::app
