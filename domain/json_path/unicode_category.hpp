#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ledger::json_path {

// The general categories of Unicode, a bit each.
inline constexpr std::uint32_t kAllUnicodeCategories = (1U << 30U) - 1;

// The categories that a name stands for: one (Lu) or a group (L). Nothing when there is no such name; Cs, surrogates, is none, because they are
// no characters.
std::optional<std::uint32_t> unicode_categories(std::string_view name);

// The bit of a character's category.
std::uint32_t unicode_category(char32_t character);

}  // namespace ledger::json_path
