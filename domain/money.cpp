#include "domain/money.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace ledger {
namespace {

constexpr int kPlaces = 6;
constexpr std::int64_t kMicros = 1'000'000;
constexpr int kExponentMax = 1'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Moves over digits at the front of `rest` and appends them to `digits`.
std::size_t take_digits(std::string_view& rest, std::string& digits) {
  std::size_t n = 0;
  while (n < rest.size() && is_digit(rest[n])) ++n;
  digits.append(rest.substr(0, n));
  rest.remove_prefix(n);
  return n;
}

// What follows the `e`; nothing when that is no number, or so large that no amount has it.
std::optional<int> parse_exponent(std::string_view text) {
  const bool signed_plus = !text.empty() && text.front() == '+';
  if (signed_plus) text.remove_prefix(1);
  if (text.empty() || (signed_plus && !is_digit(text.front()))) return std::nullopt;
  int exponent = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (exponent < -kExponentMax || exponent > kExponentMax) return std::nullopt;
  return exponent;
}

}  // namespace

std::string to_text(Money amount) {
  const bool negative = amount.micros < 0;
  const auto magnitude = negative ? std::uint64_t{0} - static_cast<std::uint64_t>(amount.micros) : static_cast<std::uint64_t>(amount.micros);
  std::string places = std::to_string(magnitude % kMicros);
  places.insert(0, kPlaces - places.size(), '0');
  return (negative ? "-" : "") + std::to_string(magnitude / kMicros) + "." + places;
}

std::optional<Money> parse_money(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  std::string digits;
  if (take_digits(text, digits) == 0) return std::nullopt;
  std::size_t places = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    places = take_digits(text, digits);
    if (places == 0) return std::nullopt;
  }
  int exponent = 0;
  if (!text.empty()) {
    const auto given = text.front() == 'e' || text.front() == 'E' ? parse_exponent(text.substr(1)) : std::nullopt;
    if (!given) return std::nullopt;
    exponent = *given;
  }

  // digits × 10^shift is the amount in millionths.
  std::size_t first = 0;
  while (first < digits.size() && digits[first] == '0') ++first;
  digits.erase(0, first);
  if (digits.empty()) return Money{};
  auto shift = exponent - static_cast<std::int64_t>(places) + kPlaces;
  while (shift < 0 && digits.back() == '0') {
    digits.pop_back();
    ++shift;
  }
  constexpr std::size_t kDigitsMax = std::numeric_limits<std::int64_t>::digits10 + 1;
  if (shift < 0 || digits.size() + static_cast<std::size_t>(shift) > kDigitsMax) return std::nullopt;
  digits.append(static_cast<std::size_t>(shift), '0');
  if (negative) digits.insert(0, 1, '-');
  Money amount;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), amount.micros);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return amount;
}

std::optional<Money> money_of(double number) {
  constexpr double kMost = 1e15, kMillion = kMicros;
  const double micros = std::round(number * kMillion);
  if (!(std::abs(micros) < kMost)) return std::nullopt;
  // The nearest double to a decimal is the same whether it was read or divided.
  if (micros / kMillion != number) return std::nullopt;
  return Money{static_cast<std::int64_t>(micros)};
}

std::optional<Money> sum(Money a, Money b) {
  Money total;
  if (__builtin_add_overflow(a.micros, b.micros, &total.micros)) return std::nullopt;
  return total;
}

}  // namespace ledger
