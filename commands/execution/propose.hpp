#pragma once

#include <string>

#include "commands/caller.hpp"
#include "commands/execution/commands.hpp"
#include "commands/proposal.hpp"

namespace ledger::execution {

// The place of an execution's events: partitions of the executions' log, by its id.
std::string partition_key(const std::string& execution_id);

// A command on one execution, ready for the writer of its partition. The caller says when it happens (occurred_at), since rules of time are
// decided on it. To anybody of another workspace the execution is not there.
Proposal propose(const std::string& execution_id, Record command, RecordContext context, const Caller& caller);
Proposal propose(const std::string& execution_id, Start command, const Caller& caller);
Proposal propose(const std::string& execution_id, Complete command, const Caller& caller);
Proposal propose(const std::string& execution_id, Fail command, const Caller& caller);
Proposal propose(const std::string& execution_id, Cancel command, const Caller& caller);
Proposal propose(const std::string& execution_id, Validate command, const Caller& caller);
Proposal propose(const std::string& execution_id, AppendLog command, const Caller& caller);

}  // namespace ledger::execution
