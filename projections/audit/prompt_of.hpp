#pragma once

#include <optional>
#include <string>

#include "domain/recorded_event.hpp"

namespace ledger::projections {

// The prompt whose event this is, or that it says it is about; nothing when it says none, or cannot be read.
std::optional<std::string> prompt_of(const RecordedEvent& event);

}  // namespace ledger::projections
