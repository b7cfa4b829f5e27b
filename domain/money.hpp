#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ledger {

// An amount in US dollars, exact to the sixth decimal. Never a binary fraction: 0.1 is 0.1.
struct Money {
  std::int64_t micros = 0;

  auto operator<=>(const Money&) const = default;
};

// With all six decimals: 0.004200.
std::string to_text(Money amount);

// Reads a decimal as people and JSON write it, with an exponent or without: 12, 0.0042, 4.2e-3. Nothing when it is no
// decimal, has digits beyond the sixth place (noughts there are none), or is beyond 64 bits.
std::optional<Money> parse_money(std::string_view text);

// The amount that a double was read from, of fifteen digits at most, which a double keeps; nothing when it had more of
// them, or more than six places. Its text would not do: writers of JSON do not all find the shortest.
std::optional<Money> money_of(double number);

// Nothing when the sum is beyond 64 bits.
std::optional<Money> sum(Money a, Money b);

}  // namespace ledger
