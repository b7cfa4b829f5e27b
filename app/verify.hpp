#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

Subcommand verify();

}  // namespace ledger::app
