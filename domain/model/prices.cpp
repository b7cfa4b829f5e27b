#include "domain/model/prices.hpp"

#include <algorithm>
#include <set>

#include "domain/model/limits.hpp"

namespace ledger::model {
namespace {

// An amount in millionths of a millionth of a dollar: a price for a million tokens, times tokens, is a whole number of them. 128 bits hold the
// greatest price times the greatest usage of all kinds.
using Exact = unsigned __int128;

constexpr Exact kTokensOfRate = 1'000'000;

// To whole millionths, half to even. Nothing beyond what a cost may be.
std::optional<Money> rounded(Exact amount) {
  const Exact whole = amount / kTokensOfRate, rest = amount % kTokensOfRate;
  const Exact half = kTokensOfRate / 2;
  const Exact up = rest > half || (rest == half && whole % 2 == 1) ? 1 : 0;
  if (whole + up > static_cast<Exact>(limits::kCostMicros)) return std::nullopt;
  return Money{static_cast<std::int64_t>(whole + up)};
}

std::optional<Exact> exact_cost(const std::string& kind, std::uint64_t used, const Price& price) {
  if (const auto rate = price.per_million_tokens.find(kind); rate != price.per_million_tokens.end()) {
    return Exact{used} * static_cast<std::uint64_t>(rate->second.micros);
  }
  if (const auto rate = price.per_unit.find(kind); rate != price.per_unit.end()) {
    return Exact{used} * static_cast<std::uint64_t>(rate->second.micros) * kTokensOfRate;
  }
  return std::nullopt;
}

// Whether both say the same at a time.
bool agree_at(const Prices& a, const Prices& b, Timestamp at) {
  const Price* const one = price_at(a, at);
  const Price* const other = price_at(b, at);
  if (one == nullptr || other == nullptr) return one == other;
  return one->per_million_tokens == other->per_million_tokens && one->per_unit == other->per_unit;
}

}  // namespace

const Price* price_at(const Prices& prices, Timestamp at) {
  const auto next = std::ranges::upper_bound(prices, at, {}, &Price::valid_from);
  return next == prices.begin() ? nullptr : &*std::prev(next);
}

std::optional<Cost> cost_of(const Usage& usage, const Price& price) {
  Cost cost;
  Exact total = 0;
  for (const auto& [kind, used] : usage) {
    const auto exact = exact_cost(kind, used, price);
    if (!exact) continue;
    const auto of_kind = rounded(*exact);
    if (!of_kind) return std::nullopt;
    cost.by_kind.emplace(kind, *of_kind);
    total += *exact;
  }
  const auto all = rounded(total);
  if (!all || cost.by_kind.empty()) return std::nullopt;
  cost.total = *all;
  return cost;
}

std::optional<Period> repriced(const Prices& before, const Prices& after) {
  std::set<Timestamp> times;
  for (const auto* prices : {&before, &after}) {
    for (const auto& price : *prices) times.insert(price.valid_from);
  }
  std::optional<Period> period;
  for (auto time = times.begin(); time != times.end(); ++time) {
    if (agree_at(before, after, *time)) continue;
    if (!period) period = Period{*time, {}};
    const auto next = std::next(time);
    period->until = next == times.end() ? std::nullopt : std::optional{*next};
  }
  return period;
}

}  // namespace ledger::model
