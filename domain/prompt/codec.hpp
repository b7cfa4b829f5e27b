#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/prompt/events.hpp"
#include "domain/result.hpp"

namespace ledger::prompt {

// Writes the newest schema version of the event's type.
EncodedEvent encode(const Event& event);
// Reads every version there ever was; the sentence says what is unknown, missing or mistyped.
Result<Event, std::string> decode(std::string_view type, std::string_view data);

// The types that encode writes, one per alternative of Event in its order.
std::vector<std::string> event_types();

// A version's content alone, as events and read models hold it.
std::string encode_content(const Content& content);
Result<Content, std::string> decode_content(std::string_view json);

}  // namespace ledger::prompt
