#pragma once

#include <string>

#include "domain/recorded_event.hpp"

namespace ledger::http {

// What an event changed, as a sentence for a person: `moved label "production" from version 2 to 3`. Of every stream kind there is.
std::string in_words(const RecordedEvent& event);

}  // namespace ledger::http
