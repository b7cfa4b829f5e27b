#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ledger::access {

// What a key may do; each may do what those before it may.
enum class Role : std::uint8_t { viewer, editor, publisher, admin };
std::string_view to_text(Role role);
std::optional<Role> parse_role(std::string_view text);

}  // namespace ledger::access
