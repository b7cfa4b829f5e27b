#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Measures a running ledger over HTTP, knowing only its address and a key.
Subcommand bench();

}  // namespace ledger::app
