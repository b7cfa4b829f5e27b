#pragma once

#include <string>

#include "commands/caller.hpp"
#include "commands/execution/commands.hpp"
#include "commands/proposal.hpp"

namespace ledger::execution {

// The place of an execution's events: partitions of the executions' log, by its id.
std::string partition_key(const std::string& execution_id);

// A command on one execution, ready for the writer of its partition. It happens when the caller says (occurred_at), or else `now`, but then not
// before anything that has happened: clocks of two nodes may differ. To anybody of another workspace the execution is not there.
Proposal propose(const std::string& execution_id, Record command, RecordContext context, const Caller& caller, Timestamp now);
Proposal propose(const std::string& execution_id, Start command, const Caller& caller, Timestamp now);
Proposal propose(const std::string& execution_id, Complete command, const Caller& caller, Timestamp now);
Proposal propose(const std::string& execution_id, Fail command, const Caller& caller, Timestamp now);
Proposal propose(const std::string& execution_id, Cancel command, const Caller& caller, Timestamp now);
Proposal propose(const std::string& execution_id, Validate command, const Caller& caller, Timestamp now);
Proposal propose(const std::string& execution_id, AppendLog command, const Caller& caller, Timestamp now);

}  // namespace ledger::execution
