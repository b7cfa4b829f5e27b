#pragma once

#include <string>
#include <string_view>

#include "commands/caller.hpp"
#include "commands/model/commands.hpp"
#include "commands/proposal.hpp"

// Commands on the models of the caller's workspace, made ready for the writer of its partition.
namespace ledger::model {

// The id of the stream of a model: derived from workspace and name, so that no name stands for two, and whoever knows the name finds the stream.
std::string id_of(std::string_view workspace, std::string_view name);

Proposal propose(CreateModel command, const Caller& caller);
Proposal propose(SeedModel command, const Caller& caller);
Proposal propose(const std::string& id, ChangeModel command, const Caller& caller);
Proposal propose(const std::string& id, DeleteModel command, const Caller& caller);
Proposal propose(const std::string& id, RestoreModel command, const Caller& caller);

}  // namespace ledger::model
