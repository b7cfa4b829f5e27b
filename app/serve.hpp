#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// The command side with HTTP in front of it, one of several on the same servers. The read models are kept up by `project`.
Subcommand serve();

}  // namespace ledger::app
