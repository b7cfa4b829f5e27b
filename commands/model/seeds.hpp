#pragma once

#include <vector>

#include "commands/model/commands.hpp"

namespace ledger::model {

// The models that every workspace begins with, at the list prices of their provider. From then on they are the workspace's own: a later price is a change
// like any other.
std::vector<SeedModel> seeds();

}  // namespace ledger::model
