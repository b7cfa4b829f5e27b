#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

namespace ledger::http {

// Words and what they mean, for Fields and Query, from the values of an enumeration and its to_text.
template <class E, std::size_t n>
std::array<std::pair<std::string_view, E>, n> words_of(const std::array<E, n>& values) {
  std::array<std::pair<std::string_view, E>, n> words;
  for (std::size_t i = 0; i < n; ++i) words[i] = {to_text(values[i]), values[i]};
  return words;
}

}  // namespace ledger::http
