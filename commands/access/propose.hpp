#pragma once

#include <string>

#include "commands/access/commands.hpp"
#include "commands/caller.hpp"
#include "commands/proposal.hpp"

// Commands on workspaces and keys, made ready for the writer of their partition: all of them share one.
namespace ledger::workspace {

Proposal propose(const std::string& workspace_id, CreateWorkspace command, const Caller& caller);

}  // namespace ledger::workspace

namespace ledger::api_key {

Proposal propose(const std::string& key_id, CreateApiKey command, const Caller& caller);
Proposal propose(const std::string& key_id, RevokeApiKey command, const Caller& caller);

}  // namespace ledger::api_key
