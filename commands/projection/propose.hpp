#pragma once

#include <optional>
#include <string>

#include "commands/caller.hpp"
#include "commands/projection/commands.hpp"
#include "commands/proposal.hpp"

// Beside workspaces and keys: projections belong to the ledger as a whole.
namespace ledger::projection {

Proposal propose(const std::string& projection, Pause command, const Caller& caller);
Proposal propose(const std::string& projection, Resume command, const Caller& caller);
Proposal propose(const std::string& projection, RequestRebuild command, const Caller& caller);
Proposal propose(const std::string& projection, ThrottleRebuild command, const Caller& caller);
Proposal propose(const std::string& projection, CancelRebuild command, const Caller& caller);
Proposal propose(const std::string& projection, StartRebuild command, const Caller& caller);
Proposal propose(const std::string& projection, EndRebuild command, const Caller& caller);
Proposal propose(const std::string& projection, RetryParked command, ParkedContext context, const Caller& caller);
Proposal propose(const std::string& projection, SkipParked command, ParkedContext context, const Caller& caller);

}  // namespace ledger::projection
