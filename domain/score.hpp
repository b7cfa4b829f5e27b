#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ledger {

// What something was scored, or how risky it is: a decimal, exact to the sixth place, so that averages over scores are
// the same wherever they are made.
struct Score {
  std::int64_t millionths = 0;

  auto operator<=>(const Score&) const = default;
};

constexpr Score whole_score(std::int64_t value) { return {value * 1'000'000}; }

// Without noughts at the end: 7.5, 10, 0.000001.
std::string to_text(Score score);

// The nearest double, from which score_of finds the score again, though writers of JSON may show more digits.
double to_number(Score score);
// Nothing when there were more than six places, or more than fifteen digits.
std::optional<Score> score_of(double number);
std::optional<Score> parse_score(std::string_view text);

}  // namespace ledger
