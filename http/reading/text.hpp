#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ledger::http {

bool equal_ignoring_case(std::string_view a, std::string_view b);    // ASCII
std::string_view trimmed(std::string_view text);                     // of spaces and tabs
bool is_printable_ascii(std::string_view text);                      // 0x21 to 0x7e, no spaces
// All of the text as a decimal number; no sign but a minus, no spaces.
std::optional<std::int64_t> to_integer(std::string_view text);


// The first so many lines of a text; those that it has not are empty.
template <std::size_t count>
std::array<std::string_view, count> lines_of(std::string_view text) {
  std::array<std::string_view, count> lines;
  for (auto& line : lines) {
    const auto end = text.find('\n');
    line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

}  // namespace ledger::http
