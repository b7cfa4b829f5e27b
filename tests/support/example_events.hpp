#pragma once

#include <string>
#include <vector>

#include "domain/encoded_event.hpp"

namespace ledger {

// The examples of schemas/events/examples, by the names of their files; their data is canonical JSON.
std::vector<EncodedEvent> example_events();

}  // namespace ledger
