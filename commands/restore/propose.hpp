#pragma once

#include <string>

#include "commands/proposal.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

namespace ledger::restore {

// Whether streams of the kind can be restored. Keys to the API cannot: whoever may enter a ledger is for that ledger to say.
bool can_restore(std::string_view kind);

// Gives a stream back an event that it had, in this ledger or another: id, time, actor and reason as they were; it is recorded now. Refused unless
// it is the stream's next, can be read, and takes no name that is held. The sentence says why it is not even proposed: a kind that cannot be
// restored, or a partition key that is not its stream's.
Result<Proposal, std::string> propose(const RecordedEvent& event, CommandKey key);

}  // namespace ledger::restore
