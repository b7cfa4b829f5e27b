#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace ledger {

// The one of an enumeration's values that a word stands for; `to_text` of the enumeration is found beside it.
template <class Choice, std::size_t n>
std::optional<Choice> find_choice(const std::array<Choice, n>& choices, std::string_view word) {
  for (const Choice choice : choices) {
    if (to_text(choice) == word) return choice;
  }
  return std::nullopt;
}

}  // namespace ledger
