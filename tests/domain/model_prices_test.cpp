#include <doctest/doctest.h>

#include <random>

#include "domain/execution/cost.hpp"
#include "domain/model/limits.hpp"
#include "domain/model/prices.hpp"

using namespace ledger;
using model::Period;
using model::Price;
using model::Prices;

namespace {

Timestamp day(int n) { return Timestamp{std::chrono::hours{24 * n}}; }
Money dollars(const char* text) { return parse_money(text).value(); }

Price tokens_at(Timestamp from, const char* input, const char* output) {
  return {.valid_from = from, .per_million_tokens = {{"input", dollars(input)}, {"output", dollars(output)}}, .per_unit = {}};
}

execution::State ended(Timestamp at) {
  execution::State state;
  state.version = 1;
  state.status = execution::Status::completed;
  state.created_at = state.started_at.emplace(at - std::chrono::hours{1});
  state.completed_at = at;
  state.ending.usage.tokens = {{"input", 1'000'000}, {"output", 2'000'000}};
  return state;
}

}  // namespace

TEST_CASE("a price holds from its time until the next one's") {
  const Prices prices{tokens_at(day(10), "1", "2"), tokens_at(day(20), "3", "4")};
  CHECK(model::price_at(prices, day(10) - std::chrono::microseconds{1}) == nullptr);
  CHECK(model::price_at(prices, day(10)) == &prices[0]);
  CHECK(model::price_at(prices, day(20) - std::chrono::microseconds{1}) == &prices[0]);
  CHECK(model::price_at(prices, day(20)) == &prices[1]);
  CHECK(model::price_at(prices, day(9'999)) == &prices[1]);
  CHECK(model::price_at({}, day(1)) == nullptr);
}

TEST_CASE("a cost is each kind by its own price") {
  const Price price{.valid_from = {},
                    .per_million_tokens = {{"input", dollars("0.3")}, {"cached_input", dollars("0.075")}, {"output", dollars("2.5")}},
                    .per_unit = {{"image", dollars("0.03")}}};
  const auto cost = model::cost_of({{"input", 120}, {"cached_input", 1'000'000}, {"output", 42}, {"image", 3}, {"video", 7}}, price);
  REQUIRE(cost.has_value());
  CHECK((cost->by_kind == model::Rates{{"input", dollars("0.000036")}, {"cached_input", dollars("0.075")}, {"output", dollars("0.000105")}, {"image", dollars("0.09")}}));
  CHECK(to_text(cost->total) == "0.165141");
  CHECK_FALSE(model::cost_of({{"video", 7}}, price).has_value());
  CHECK_FALSE(model::cost_of({}, price).has_value());
  CHECK(to_text(model::cost_of({{"input", 0}}, price)->total) == "0.000000");
}

TEST_CASE("the total is rounded once, half to even; each kind by itself") {
  const Price price{.valid_from = {}, .per_million_tokens = {{"a", dollars("0.5")}, {"b", dollars("0.5")}, {"c", dollars("0.000001")}}, .per_unit = {}};
  const auto total = [&](const model::Usage& usage) { return model::cost_of(usage, price)->total.micros; };
  CHECK(total({{"a", 1}}) == 0);              // 0.5 millionths
  CHECK(total({{"a", 3}}) == 2);              // 1.5
  CHECK(total({{"a", 5}}) == 2);              // 2.5
  CHECK(total({{"a", 1}, {"c", 1}}) == 1);    // a little more than a half
  CHECK(total({{"a", 1}, {"b", 1}}) == 1);
  const auto cost = model::cost_of({{"a", 1}, {"b", 1}}, price);
  CHECK(cost->by_kind.at("a").micros + cost->by_kind.at("b").micros == 0);
}

TEST_CASE("the greatest usage at the greatest price is no cost, and does not overflow") {
  Price price;
  model::Usage usage;
  for (std::size_t n = 0; n < model::limits::kKinds; ++n) {
    (n % 2 == 0 ? price.per_million_tokens : price.per_unit).emplace("k" + std::to_string(n), Money{model::limits::kRateMicros});
    usage.emplace("k" + std::to_string(n), 1'000'000'000'000);
  }
  CHECK_FALSE(model::cost_of(usage, price).has_value());
  const Price one{.valid_from = {}, .per_million_tokens = {{"input", Money{model::limits::kRateMicros}}}, .per_unit = {}};
  CHECK(model::cost_of({{"input", 1'000'000}}, one)->total.micros == model::limits::kCostMicros);
  CHECK_FALSE(model::cost_of({{"input", 1'000'001}}, one).has_value());
}

TEST_CASE("a change of prices says from when until when it changes costs") {
  const Prices old{tokens_at(day(10), "1", "2"), tokens_at(day(20), "3", "4")};
  CHECK_FALSE(model::repriced(old, old).has_value());
  CHECK((model::repriced({}, old) == Period{day(10), {}}));
  CHECK((model::repriced(old, {}) == Period{day(10), {}}));
  CHECK((model::repriced(old, {tokens_at(day(10), "1", "2.5"), old[1]}) == Period{day(10), day(20)}));
  CHECK((model::repriced(old, {old[0], tokens_at(day(20), "3", "5")}) == Period{day(20), {}}));
  CHECK((model::repriced(old, {old[0], tokens_at(day(15), "3", "4")}) == Period{day(15), day(20)}));
  // The same price said twice is no other price.
  CHECK_FALSE(model::repriced(old, {old[0], tokens_at(day(15), "1", "2"), old[1]}).has_value());
}

TEST_CASE("the period of a change is exactly where the two lists differ") {
  std::mt19937 random{11};
  const auto list = [&] {
    Prices prices;
    for (int n = 0; n < 12; ++n) {
      if (random() % 3 == 0) prices.push_back(tokens_at(day(n), random() % 2 == 0 ? "1" : "2", "3"));
    }
    return prices;
  };
  for (int n = 0; n < 2'000; ++n) {
    const Prices before = list(), after = list();
    const auto period = model::repriced(before, after);
    const auto differ = [&](Timestamp at) {
      const auto *a = model::price_at(before, at), *b = model::price_at(after, at);
      return (a == nullptr) != (b == nullptr) || (a != nullptr && a->per_million_tokens != b->per_million_tokens);
    };
    for (int at = 0; at < 13; ++at) {
      const bool inside = period && day(at) >= period->from && (!period->until || day(at) < *period->until);
      if (!inside) CHECK_FALSE(differ(day(at)));
    }
    if (period) CHECK(differ(period->from));
  }
}

TEST_CASE("an execution is priced when it was completed, and only when it told no cost") {
  const Prices prices{tokens_at(day(10), "1", "2"), tokens_at(day(20), "3", "4")};
  auto state = ended(day(20));
  CHECK(to_text(execution::priced(state, prices)->total) == "11.000000");
  CHECK(to_text(execution::priced(ended(day(20) - std::chrono::microseconds{1}), prices)->total) == "5.000000");
  CHECK_FALSE(execution::priced(ended(day(9)), prices).has_value());
  SUBCASE("a cost that was told stays") {
    state.ending.cost = Money{1};
    CHECK_FALSE(execution::priced(state, prices).has_value());
  }
  SUBCASE("a cost by kind is a cost that was told, though it be nought") {
    state.ending.usage.cost = {{"input", Money{}}};
    CHECK(execution::tells_cost(state.ending));
    CHECK_FALSE(execution::priced(state, prices).has_value());
  }
  SUBCASE("what has not ended costs nothing yet") {
    state.status = execution::Status::running;
    CHECK_FALSE(execution::priced(state, prices).has_value());
  }
  SUBCASE("what failed or was cancelled has cost something") {
    state.status = execution::Status::failed;
    CHECK(execution::priced(state, prices).has_value());
  }
}
