#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <vector>

#include "app/subcommand.hpp"
#include "infra/config/load.hpp"

namespace ledger::app {

// The whole program but for the process around it: reads the command line and the settings, begins the log, and runs the subcommand.
// `out` gets what was asked for, `err` why nothing was begun.
ExitStatus run_program(const std::vector<std::string>& words, const config::Texts& environment, std::span<const Subcommand> subcommands, std::ostream& out,
                       std::ostream& err);

}  // namespace ledger::app
