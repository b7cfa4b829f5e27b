#pragma once

#include <chrono>
#include <string>

#include "commands/command_side.hpp"
#include "commands/model/seeds.hpp"

namespace ledger::model {

// Gives a workspace models that it begins with, each unless it has it or had it. Any number of processes may do this at once, and again: the streams have
// ids of their own making. Waits until it is known what became of each, at most until then; false when one may be missing.
bool seed(CommandSide& commands, const std::string& workspace, const std::vector<SeedModel>& models, std::chrono::steady_clock::time_point until);

}  // namespace ledger::model
