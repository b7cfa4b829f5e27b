#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Compares the log with what was read of it, and puts back what was cut away.
Subcommand heal();

}  // namespace ledger::app
