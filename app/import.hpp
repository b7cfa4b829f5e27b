#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Brings dumps and histories from elsewhere in, with their own times and people. Repeatable.
Subcommand import();

}  // namespace ledger::app
