#include "projections/analytics/exact_sum.hpp"

#include <algorithm>
#include <cstddef>
#include <stdexcept>

namespace ledger::projections {
namespace {

constexpr std::size_t kPlaces = 6;
constexpr std::size_t kDigitsMost = 38;

}  // namespace

std::string to_text(Sum sum) {
  const bool negative = sum < 0;
  std::string digits;
  do {
    const auto digit = static_cast<int>(sum % 10);
    digits.push_back(static_cast<char>('0' + (negative ? -digit : digit)));
    sum /= 10;
  } while (sum != 0);
  if (negative) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

Sum parse_sum(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.size() > kDigitsMost) throw std::logic_error{"a stored sum is none"};
  Sum sum = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') throw std::logic_error{"a stored sum is none"};
    sum = sum * 10 + (c - '0');
  }
  return negative ? -sum : sum;
}

std::string to_money_text(Sum micros) {
  std::string text = to_text(micros < 0 ? -micros : micros);
  if (text.size() <= kPlaces) text.insert(0, kPlaces + 1 - text.size(), '0');
  text.insert(text.size() - kPlaces, ".");
  return (micros < 0 ? "-" : "") + text;
}

Sum mean(Sum sum, Sum count) { return (sum < 0 ? sum * 2 - count : sum * 2 + count) / (count * 2); }

}  // namespace ledger::projections
