#pragma once

#include <string>

#include "commands/caller.hpp"
#include "commands/prompt/commands.hpp"
#include "commands/proposal.hpp"

// Commands on prompts, made ready for the writer of their partition: what each reads, and how it decides on that.
namespace ledger::prompt {

Proposal propose(const std::string& prompt_id, CreatePrompt command, const Caller& caller);
// `prompt_id` is the new prompt's.
Proposal propose(const std::string& prompt_id, const std::string& source_id, ForkPrompt command, const Caller& caller);
Proposal propose(const std::string& prompt_id, ChangePrompt command, const Caller& caller);
Proposal propose(const std::string& prompt_id, AddVersion command, const Caller& caller);
Proposal propose(const std::string& prompt_id, RollBack command, const Caller& caller);
Proposal propose(const std::string& prompt_id, MoveLifecycle command, const Caller& caller);
Proposal propose(const std::string& prompt_id, MoveLabel command, const Caller& caller);
Proposal propose(const std::string& prompt_id, RemoveLabel command, const Caller& caller);
Proposal propose(const std::string& prompt_id, DeletePrompt command, const Caller& caller);
Proposal propose(const std::string& prompt_id, RestorePrompt command, const Caller& caller);

}  // namespace ledger::prompt
