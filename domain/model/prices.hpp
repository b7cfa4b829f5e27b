#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/money.hpp"
#include "domain/time.hpp"

// What a model costs, and what a usage of it comes to. Pure: whoever adds up costs asks here, so that all of them come to the same.
namespace ledger::model {

using Rates = std::map<std::string, Money, std::less<>>;           // by kind of usage: input, cached_input, output, reasoning, image …
using Usage = std::map<std::string, std::uint64_t, std::less<>>;   // how much of each kind

// Holds from its time until the next one's.
struct Price {
  Timestamp valid_from{};
  Rates per_million_tokens;
  Rates per_unit;   // of kinds that are not counted in tokens: images, seconds of audio

  bool operator==(const Price&) const = default;
};

using Prices = std::vector<Price>;   // by valid_from, each later than the one before

// The one that holds at a time; null before the first.
const Price* price_at(const Prices& prices, Timestamp at);

struct Cost {
  Money total;
  Rates by_kind;   // of the kinds that have a price

  bool operator==(const Cost&) const = default;
};

// Every kind by its own price: kinds do not overlap. The total is reckoned exactly and rounded once, half to even, to the sixth decimal; so is each
// kind by itself, so that the kinds may differ from the total in the last place. Nothing when no kind has a price, or for an amount that no cost may be.
std::optional<Cost> cost_of(const Usage& usage, const Price& price);

// The time in which a change of prices changes costs.
struct Period {
  Timestamp from{};
  std::optional<Timestamp> until;   // nothing: for good

  bool operator==(const Period&) const = default;
};
// From the first to the last moment at which the two say something different; nothing when they never do.
std::optional<Period> repriced(const Prices& before, const Prices& after);

}  // namespace ledger::model
