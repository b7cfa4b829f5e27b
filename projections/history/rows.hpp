#pragma once

#include <string_view>

#include "domain/recorded_event.hpp"

namespace ledger::projections {

// An event from the columns headers and value of a row that has an envelope. Throws std::logic_error when it cannot be
// read: it could when the row was written.
RecordedEvent event_of(std::string_view headers, std::string_view value);

}  // namespace ledger::projections
