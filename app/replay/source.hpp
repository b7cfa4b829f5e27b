#pragma once

#include <string>
#include <vector>

#include "app/subcommand.hpp"
#include "domain/recorded_event.hpp"

namespace ledger::app {

// All events of a stream of the ledger, from its history. Throws std::runtime_error with a sentence for the operator.
std::vector<RecordedEvent> events_in_ledger(const Invocation& call, const std::string& stream);
// The same from a dump; without a name of the only stream in it besides its workspace.
std::vector<RecordedEvent> events_in_dump(const std::string& path, const std::string& stream);

}  // namespace ledger::app
