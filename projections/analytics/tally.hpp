#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/execution/state.hpp"
#include "projections/analytics/exact_sum.hpp"
#include "projections/analytics/latency_sketch.hpp"

namespace ledger::projections {

// The kinds of tokens that are counted apart. Kinds are the recorders' own words: whatever else they tell is summed up
// in `other`, or a roll-up would grow with every word that somebody makes up.
enum class TokenKind : std::uint8_t { input, cached_input, output, reasoning, other };
inline constexpr std::array kTokenKinds{TokenKind::input, TokenKind::cached_input, TokenKind::output, TokenKind::reasoning, TokenKind::other};
std::string_view to_text(TokenKind kind);

template <class Value>
using PerStatus = std::array<Value, execution::kStatuses.size()>;
template <class Value>
using PerValidation = std::array<Value, execution::kValidations.size()>;
template <class Value>
using PerTokenKind = std::array<Value, kTokenKinds.size()>;

// What one execution adds to every sum that it is in, as it is now.
struct Contribution {
  execution::Status status = execution::Status::pending;
  execution::Validation validation = execution::Validation::pending;
  PerTokenKind<std::uint64_t> tokens{};
  std::uint64_t tokens_total = 0;  // as told: kinds may overlap
  Money cost;
  std::optional<std::uint32_t> latency_ms;

  bool operator==(const Contribution&) const = default;
};
// `priced`: what it costs by its model's prices, if it told no cost.
Contribution contribution_of(const execution::State& state, Money priced = {});

// What any set of executions comes to. A difference of two is one, too. Sums are exact and do not depend on the order in which they were
// made.
struct Tally {
  PerStatus<std::int64_t> by_status{};
  PerValidation<std::int64_t> by_validation{};
  PerTokenKind<Sum> tokens{};
  Sum tokens_total = 0;
  Sum cost_micros = 0;
  std::int64_t latency_sum_ms = 0;
  std::uint32_t latency_min_ms = 0, latency_max_ms = 0;  // 0: none
  LatencySketch latencies;

  void add(const Contribution& one) { count(one, 1); }
  // Of what has been added. A latency that goes is to come back, since the least and the greatest only widen: no
  // execution ever tells another than its first (counted_execution.hpp).
  void take_away(const Contribution& one) { count(one, -1); }
  void merge(const Tally& other);

  std::int64_t executions() const;
  // Never beyond the least and the greatest.
  std::optional<std::uint32_t> latency_per_mille(int share) const;

  bool operator==(const Tally&) const = default;

 private:
  void count(const Contribution& one, std::int64_t times);
  void widen(std::uint32_t least, std::uint32_t greatest);
};

}  // namespace ledger::projections
