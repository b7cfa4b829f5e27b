#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

// Writes a stream or a workspace as a dump: for `import`, and for `replay --check`.
Subcommand export_dump();

}  // namespace ledger::app
