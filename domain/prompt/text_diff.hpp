#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ledger::prompt {

// All work in bounded time and memory: what is left between the common beginning and end, beyond kDiffPieces pieces on either side,
// is shown as taken away and put in as a whole.
inline constexpr std::size_t kDiffPieces = 4'000;

// Hunks in unified format, with three lines around each; empty for equal texts.
std::string unified_diff(std::string_view from, std::string_view to);

// For each piece of `to` which piece of `from` it is, counted from 0; nothing for one that came in. Kept pieces keep their order.
std::vector<std::optional<std::size_t>> kept_pieces(const std::vector<std::string>& from, const std::vector<std::string>& to);

// Runs of words that stayed, went or came; all of them together are both texts. Spaces and punctuation are words of their own.
struct WordRun {
  enum class Op : std::uint8_t { equal, removed, added };
  Op op = Op::equal;
  std::string text;

  bool operator==(const WordRun&) const = default;
};
std::string_view to_text(WordRun::Op op);
std::vector<WordRun> word_diff(std::string_view from, std::string_view to);

}  // namespace ledger::prompt
