#pragma once

#include "commands/caller.hpp"
#include "commands/prompt/settings.hpp"
#include "commands/proposal.hpp"

namespace ledger::settings {

// On the settings of the caller's workspace, made ready for the writer of its partition.
Proposal propose(ProtectLabel command, const Caller& caller);

}  // namespace ledger::settings
