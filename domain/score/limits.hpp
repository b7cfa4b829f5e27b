#pragma once

#include <cstddef>

#include "domain/score.hpp"

// Every limit of scores and their definitions, in one place. Characters are code points, bytes are of UTF-8.
namespace ledger::score::limits {

inline constexpr std::size_t kNameCharacters = 64;          // of [a-z0-9_.-]
inline constexpr std::size_t kTargetCharacters = 128;       // of traces, sessions, test runs
inline constexpr std::size_t kUserCharacters = 128;
inline constexpr std::size_t kCategoryCharacters = 128;
inline constexpr std::size_t kCategories = 100;             // of one definition
inline constexpr std::size_t kDescriptionCharacters = 2'000;
inline constexpr std::size_t kCommentCharacters = 10'000;
inline constexpr std::size_t kTextBytes = std::size_t{960} * 1024;   // so that the encoded record fits the log
inline constexpr Score kMost = whole_score(1'000'000'000);  // and the least below nought

}  // namespace ledger::score::limits
