#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/execution/events.hpp"
#include "domain/result.hpp"

namespace ledger::execution {

// Writes the newest schema version of the event's type.
EncodedEvent encode(const Event& event);
// Reads every version there ever was; the sentence says what is unknown, missing or mistyped.
Result<Event, std::string> decode(std::string_view type, std::string_view data);

// The types that encode writes, one per alternative of Event in its order.
std::vector<std::string> event_types();

// Whether events of the type are lines of the log, without reading one.
bool is_log_line(std::string_view type);

// The usage of tokens alone, as events and read models hold it. Throws what nlohmann throws for what encode_usage has not written.
std::string encode_usage(const TokenUsage& usage);
TokenUsage decode_usage(std::string_view json);

}  // namespace ledger::execution
