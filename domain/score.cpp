#include "domain/score.hpp"

#include "domain/money.hpp"

// Scores are read and written like amounts of money: decimals of six places.
namespace ledger {
namespace {

std::optional<Score> as_score(const std::optional<Money>& read) {
  return read ? std::optional{Score{read->micros}} : std::nullopt;
}

}  // namespace

std::string to_text(Score score) {
  std::string text = to_text(Money{score.millionths});
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

double to_number(Score score) { return static_cast<double>(score.millionths) / 1e6; }

std::optional<Score> score_of(double number) { return as_score(money_of(number)); }

std::optional<Score> parse_score(std::string_view text) { return as_score(parse_money(text)); }

}  // namespace ledger
