#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ledger::app {

// A key as a terminal sends it.
struct Key {
  enum class Is : std::uint8_t { character, enter, backspace, escape, left, right, up, down, home, end, page_up, page_down, unknown };
  Is is = Is::unknown;
  std::string text = {};  // of a character: its UTF-8

  bool operator==(const Key&) const = default;
};

// Whether more may still come of what was sent.
enum class MoreToCome : bool { no, yes };

// Takes the first key away from what a terminal has sent; nothing when it is not all there yet. An escape with nothing behind it is the key of that name.
std::optional<Key> take_key(std::string& sent, MoreToCome more);

}  // namespace ledger::app
