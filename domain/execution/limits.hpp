#pragma once

#include <cstddef>
#include <cstdint>

// Every limit of an execution, in one place. Characters are code points, bytes are of UTF-8.
namespace ledger::execution::limits {

inline constexpr std::size_t kKiB = 1024;

inline constexpr std::size_t kIdCharacters = 128;            // of requests, users, sessions, traces, tests
inline constexpr std::size_t kLabelCharacters = 36;
inline constexpr std::size_t kProviderCharacters = 64;
inline constexpr std::size_t kModelCharacters = 255;
inline constexpr std::size_t kErrorCharacters = 10'000;
inline constexpr std::size_t kTokenKinds = 32;
inline constexpr std::size_t kTokenKindCharacters = 64;      // of [a-z0-9_.-]
inline constexpr std::uint64_t kTokens = 1'000'000'000'000;  // sums of millions of executions stay within 64 bits
inline constexpr std::int64_t kCostMicros = 1'000'000'000'000;
inline constexpr std::uint32_t kLatencyMs = 2'147'483'647;
inline constexpr std::size_t kLogLines = 10'000;
inline constexpr std::size_t kLogMessageCharacters = 10'000;
inline constexpr std::size_t kLogDataBytes = 64 * kKiB;
inline constexpr std::size_t kContextBytes = 256 * kKiB;
// Inputs, output and what was read from it together; what still goes past the log's limit once encoded is refused by the writer.
inline constexpr std::size_t kTextBytes = 960 * kKiB;

}  // namespace ledger::execution::limits
