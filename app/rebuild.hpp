#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Builds a read model anew beside the one in use, compares the two, and swaps them; of `published`, writes all events to the published topics again.
Subcommand rebuild();

}  // namespace ledger::app
