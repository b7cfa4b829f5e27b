#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace ledger::fuzz {

// What a target throws when a reader of outside input breaks its promise. Nobody catches it under libFuzzer, which then
// keeps the input.
struct Broken : std::logic_error {
  using std::logic_error::logic_error;
};

inline void expect(bool holds, const char* promise) {
  if (!holds) throw Broken(promise);
}

// The text up to the first `end`, which is taken away with it; all of it when there is none. Inputs are made of lines
// where they can be, so that a corpus can be read and written by hand.
inline std::string_view take_until(std::string_view& text, char end) {
  const std::size_t found = text.find(end);
  const std::string_view taken = text.substr(0, found);
  text.remove_prefix(found == std::string_view::npos ? text.size() : found + 1);
  return taken;
}

}  // namespace ledger::fuzz
