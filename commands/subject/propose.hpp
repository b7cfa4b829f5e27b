#pragma once

#include <string>
#include <vector>

#include "commands/caller.hpp"
#include "commands/proposal.hpp"
#include "commands/subject/commands.hpp"

namespace ledger::subject {

// Beside the workspace's prompts and settings: erasures are few, and whoever carries them out reads one topic for them.
Proposal propose(const std::string& subject, Erase command, const std::vector<KeyPrint>& keys, const Caller& caller);

}  // namespace ledger::subject
