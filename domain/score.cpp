#include "domain/score.hpp"

#include <cmath>

#include "domain/money.hpp"

namespace ledger {
namespace {

constexpr double kMillion = 1e6;
constexpr double kDigits = 1e15;  // a double tells all decimals of fewer digits apart

}  // namespace

// Scores are written like amounts of money: decimals of six places.
std::string to_text(Score score) {
  std::string text = to_text(Money{score.millionths});
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

double to_number(Score score) { return static_cast<double>(score.millionths) / kMillion; }

std::optional<Score> score_of(double number) {
  const double millionths = std::round(number * kMillion);
  if (!(std::abs(millionths) < kDigits)) return std::nullopt;
  const Score score{static_cast<std::int64_t>(millionths)};
  // The nearest double to a decimal is the same whether it was read or divided.
  return to_number(score) == number ? std::optional{score} : std::nullopt;
}

}  // namespace ledger
