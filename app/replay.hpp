#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Walks through a stream step by step, finds the event that first made something so, and checks what the present code makes of dumps.
Subcommand replay_stream();

}  // namespace ledger::app
