#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ledger::prompt {

enum class Status : std::uint8_t { draft, published, deprecated, archived };
std::string_view to_text(Status status);
std::optional<Status> parse_status(std::string_view text);

// The lifecycle: draft → published or archived; published ↔ deprecated; published, deprecated → archived; archived →
// deprecated.
bool may_move(Status from, Status to);

}  // namespace ledger::prompt
