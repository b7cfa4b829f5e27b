#pragma once

#include <cstddef>
#include <cstdint>

// Every limit of a model, in one place. Characters are code points.
namespace ledger::model::limits {

inline constexpr std::size_t kNameCharacters = 255;          // as executions name their model
inline constexpr std::size_t kProviderCharacters = 64;
inline constexpr std::size_t kDisplayNameCharacters = 255;
inline constexpr std::size_t kDescriptionCharacters = 2'000;
inline constexpr std::int64_t kWindowTokens = 1'000'000'000;
inline constexpr std::size_t kCapabilities = 32;
inline constexpr std::size_t kCapabilityCharacters = 64;     // of [a-z0-9_.-]
inline constexpr std::size_t kPrices = 200;                  // that a model has had
inline constexpr std::size_t kKinds = 32;                    // in one price
inline constexpr std::size_t kKindCharacters = 64;           // of [a-z0-9_.-]
inline constexpr std::int64_t kRateMicros = 1'000'000'000'000;
inline constexpr std::int64_t kCostMicros = 1'000'000'000'000;   // as what an execution may tell

}  // namespace ledger::model::limits
