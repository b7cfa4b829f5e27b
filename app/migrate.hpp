#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Makes the topics, the ledger's own schema and empty read models where they are missing.
Subcommand migrate();

}  // namespace ledger::app
