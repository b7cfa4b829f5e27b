#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ledger::http {

// Both work in bounded time and memory: what is left between the common beginning and end, beyond kDiffPieces lines or words on either side,
// is shown as taken away and put in as a whole.
inline constexpr std::size_t kDiffPieces = 4'000;

// Hunks in unified format, with three lines around each; empty for equal texts.
std::string unified_diff(std::string_view from, std::string_view to);

// Runs of words that stayed, went or came; all of them together are both texts. Spaces and punctuation are words of their own.
struct WordRun {
  enum class Op : std::uint8_t { equal, removed, added };
  Op op = Op::equal;
  std::string text;

  bool operator==(const WordRun&) const = default;
};
std::string_view to_text(WordRun::Op op);
std::vector<WordRun> word_diff(std::string_view from, std::string_view to);

}  // namespace ledger::http
