#pragma once

#include <string>

#include "domain/recorded_event.hpp"

namespace ledger::app {

// A stream as it is named on the command line. Throws std::runtime_error when it is none, or one of keys to the API: their digests do not leave the ledger.
StreamId stream_named(const std::string& name);

}  // namespace ledger::app
