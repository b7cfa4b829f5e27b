#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

Subcommand demo();

}  // namespace ledger::app
