#pragma once

#include "app/subcommand.hpp"

namespace ledger::app {

Subcommand rewrap();

}  // namespace ledger::app
