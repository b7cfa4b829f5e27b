#include "projections/analytics/tally.hpp"

#include <algorithm>
#include <numeric>

#include "domain/execution/cost.hpp"

namespace ledger::projections {
namespace {

template <class Choice>
std::size_t place(Choice choice) {
  return static_cast<std::size_t>(choice);
}

TokenKind kind_of(std::string_view word) {
  const auto named = std::find_if(kTokenKinds.begin(), kTokenKinds.end(), [&](TokenKind kind) { return to_text(kind) == word; });
  return named == kTokenKinds.end() ? TokenKind::other : *named;
}

template <class Values>
void add_each(Values& to, const Values& from) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += from[i];
}

}  // namespace

std::string_view to_text(TokenKind kind) {
  switch (kind) {
    case TokenKind::input: return "input";
    case TokenKind::cached_input: return "cached_input";
    case TokenKind::output: return "output";
    case TokenKind::reasoning: return "reasoning";
    case TokenKind::other: return "other";
  }
  return "other";
}

Contribution contribution_of(const execution::State& state, Money priced) {
  Contribution one{.status = state.status,
                   .validation = state.checked.status,
                   .tokens = {},
                   .tokens_total = state.ending.usage.total,
                   .cost = execution::tells_cost(state.ending) ? state.ending.cost : priced,
                   .latency_ms = state.ending.latency_ms};
  for (const auto& [word, tokens] : state.ending.usage.tokens) one.tokens[place(kind_of(word))] += tokens;
  return one;
}

void Tally::count(const Contribution& one, std::int64_t times) {
  by_status[place(one.status)] += times;
  by_validation[place(one.validation)] += times;
  for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] += times * static_cast<Sum>(one.tokens[i]);
  tokens_total += times * static_cast<Sum>(one.tokens_total);
  cost_micros += times * static_cast<Sum>(one.cost.micros);
  if (!one.latency_ms) return;
  latency_sum_ms += times * static_cast<std::int64_t>(*one.latency_ms);
  if (times > 0) {
    latencies.add(*one.latency_ms);
    widen(*one.latency_ms, *one.latency_ms);
  } else {
    latencies.take_away(*one.latency_ms);
  }
}

void Tally::merge(const Tally& other) {
  add_each(by_status, other.by_status);
  add_each(by_validation, other.by_validation);
  add_each(tokens, other.tokens);
  tokens_total += other.tokens_total;
  cost_micros += other.cost_micros;
  latency_sum_ms += other.latency_sum_ms;
  if (other.latency_min_ms > 0) widen(other.latency_min_ms, other.latency_max_ms);
  latencies.merge(other.latencies);
}

void Tally::widen(std::uint32_t least, std::uint32_t greatest) {
  latency_min_ms = latency_min_ms == 0 ? least : std::min(latency_min_ms, least);
  latency_max_ms = std::max(latency_max_ms, greatest);
}

std::int64_t Tally::executions() const { return std::accumulate(by_status.begin(), by_status.end(), std::int64_t{0}); }

std::optional<std::uint32_t> Tally::latency_per_mille(int share) const {
  const auto told = latencies.per_mille(share);
  return told ? std::optional{std::clamp(*told, latency_min_ms, latency_max_ms)} : std::nullopt;
}

}  // namespace ledger::projections
