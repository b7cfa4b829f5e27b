#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace ledger {

// An instant in UTC, to the microsecond: the resolution of every time that the ledger stores.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

// RFC 3339 in UTC with six digits of fraction: 2026-01-01T00:00:00.000000Z.
std::string to_rfc3339(Timestamp time);

// Reads RFC 3339 with any offset and 0 to 9 digits of fraction (digits past the sixth are cut off); nothing for
// anything else.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

}  // namespace ledger
