#pragma once

#include <span>

#include "app/subcommand.hpp"

namespace ledger::app {

// All subcommands, in the order of --help.
std::span<const Subcommand> subcommands();

}  // namespace ledger::app
