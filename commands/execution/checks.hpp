#pragma once

#include "commands/field_checks.hpp"
#include "domain/execution/events.hpp"

namespace ledger::execution {

// Everything that is wrong with the fields, named as the API names them.
void check_request(const Request& request, FieldChecks& checks);
void check_ending(const Ending& ending, FieldChecks& checks);
void check_checked(const Checked& checked, FieldChecks& checks);

// An ending with what follows from the rest of it: the total of its tokens, and the latency between start and end, at least 1 ms.
Ending settled(Ending ending, Timestamp started_at, Timestamp completed_at);

}  // namespace ledger::execution
