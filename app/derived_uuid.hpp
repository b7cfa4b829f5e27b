#pragma once

#include <string>
#include <string_view>

#include "domain/time.hpp"

namespace ledger::app {

// A UUIDv7 of the time given whose random part comes from a key: the same key always names the same thing.
std::string derived_uuid(Timestamp at, std::string_view key);

}  // namespace ledger::app
