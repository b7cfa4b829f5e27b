#pragma once

#include "commands/caller.hpp"
#include "commands/checkpoint/commands.hpp"
#include "commands/proposal.hpp"

namespace ledger::checkpoint {

// All checkpoints share one partition key, apart from what they are of: whoever rewrites another partition does not rewrite its checkpoints with it.
Proposal propose(Sign command, const Caller& caller);

}  // namespace ledger::checkpoint
