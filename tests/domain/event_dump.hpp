#pragma once

#include "domain/encoded_event.hpp"

namespace ledger {

// Writes an event as a line {"type", "data"} to the file that PROMPTLEDGER_DUMP_EVENTS names, for
// test_event_schemas.py; does nothing without one.
void dump_event(const EncodedEvent& event);

}  // namespace ledger
