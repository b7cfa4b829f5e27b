#pragma once

#include "projections/heal/survey.hpp"

namespace ledger::projections {

// Appends what the log of a cut partition lacks, out of the history and byte for byte, batch by batch: each is read
// back and counts before the next is sent. What is already there, or comes twice, is void. Ends where the history ends,
// or where a record of somebody else counts; the next survey tells which. Returns the number of records that are back.
// Throws LogAway when the log takes nothing for too long, pg::Fault, and std::runtime_error when it is told to stop or
// the history is damaged; what is back by then stays, and it can be called again.
std::uint64_t put_back(const HealPlace& place, const Survey& cut);

}  // namespace ledger::projections
