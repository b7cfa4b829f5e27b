#pragma once

#include <string>
#include <string_view>

#include "commands/caller.hpp"
#include "commands/proposal.hpp"
#include "commands/score/commands.hpp"

namespace ledger::score {

// Each score is a consistency boundary of its own, spread over all partitions of the feedback topic.
Proposal propose(const std::string& id, GiveScore command, GiveContext context, const Caller& caller);

}  // namespace ledger::score

// Definitions belong to the partition of their workspace.
namespace ledger::score_definition {

// Derived from workspace and name: no name stands for two.
std::string id_of(std::string_view workspace, std::string_view name);

Proposal propose(CreateDefinition command, const Caller& caller);
Proposal propose(const std::string& id, ChangeDefinition command, const Caller& caller);
Proposal propose(const std::string& id, DeleteDefinition command, const Caller& caller);
Proposal propose(const std::string& id, RestoreDefinition command, const Caller& caller);

}  // namespace ledger::score_definition
