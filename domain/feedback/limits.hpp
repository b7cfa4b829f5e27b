#pragma once

#include <cstddef>
#include <cstdint>

#include "domain/score.hpp"

// Every limit of feedback, judge scores and security scans, in one place. Characters are code points, bytes are of
// UTF-8.
namespace ledger::feedback::limits {

inline constexpr std::uint8_t kRatingLeast = 1;
inline constexpr std::uint8_t kRatingMost = 5;
inline constexpr std::size_t kCommentCharacters = 10'000;
inline constexpr std::size_t kRequestIdCharacters = 128;
inline constexpr std::size_t kUserCharacters = 128;  // of subjects, too

inline constexpr std::size_t kJudgeCharacters = 255;
inline constexpr std::size_t kDimensions = 50;           // in one judgement
inline constexpr std::size_t kDimensionCharacters = 64;  // of [a-z0-9_.-]
inline constexpr Score kScoreMost = whole_score(10);

inline constexpr std::size_t kScannedBytes = std::size_t{960} * 1024;  // so that the encoded record fits the log
inline constexpr std::size_t kScanLabelCharacters = 64;
inline constexpr Score kRiskMost = whole_score(1);

}  // namespace ledger::feedback::limits
