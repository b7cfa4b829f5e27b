#include "domain/money.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace ledger;

TEST_CASE("an amount is read from its digits, exactly, and written with six decimals") {
  struct Case {
    const char* text;
    std::int64_t micros;
    const char* written;
  };
  const Case cases[] = {
      {"0", 0, "0.000000"},
      {"-0", 0, "0.000000"},
      {"12", 12'000'000, "12.000000"},
      {"0.1", 100'000, "0.100000"},
      {"0.000001", 1, "0.000001"},
      {"-0.5", -500'000, "-0.500000"},
      {"1.2500000000", 1'250'000, "1.250000"},
      {"4.2e-3", 4'200, "0.004200"},
      {"1E+2", 100'000'000, "100.000000"},
      {"100e-8", 1, "0.000001"},
      {"0e999", 0, "0.000000"},
      {"0007", 7'000'000, "7.000000"},
      {"9223372036854.775807", std::numeric_limits<std::int64_t>::max(), "9223372036854.775807"},
      {"-9223372036854.775808", std::numeric_limits<std::int64_t>::min(), "-9223372036854.775808"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto amount = parse_money(c.text);
    REQUIRE(amount.has_value());
    CHECK(amount->micros == c.micros);
    CHECK(to_text(*amount) == c.written);
    CHECK((parse_money(to_text(*amount)) == amount));
  }
}

TEST_CASE("what is finer than a millionth, too large, or no decimal is no amount") {
  for (const char* text : {"", "-", "+1", ".5", "1.", "1e", "1e+", "1e--2", "1e+-2", "0.0000001", "1.0000001", "1e-7", "0.1000000000000000000001", "9223372036854.775808",
                           "1e20", "1e1001", "1e99999999999", "1,5", "1 ", " 1", "NaN", "Infinity", "0x10", "--1", "1.5.5"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_money(text).has_value());
  }
}

TEST_CASE("every amount survives being written and read") {
  std::mt19937_64 random{7};
  for (int n = 0; n < 10'000; ++n) {
    const Money amount{static_cast<std::int64_t>(random())};
    CAPTURE(amount.micros);
    CHECK((parse_money(to_text(amount)) == amount));
  }
}

TEST_CASE("sums do not overflow silently") {
  CHECK((sum(Money{1}, Money{2}) == Money{3}));
  CHECK_FALSE(sum(Money{std::numeric_limits<std::int64_t>::max()}, Money{1}).has_value());
}

TEST_CASE("an amount is found in the double that it was read from, also where its shortest text is not") {
  struct Case {
    double number;
    std::int64_t micros;
  };
  const Case cases[] = {{0.000649, 649}, {0.1, 100'000}, {-0.25, -250'000}, {0, 0}, {999'999.999999, 999'999'999'999}};
  for (const auto& [number, micros] : cases) {
    CAPTURE(number);
    CHECK((money_of(number) == Money{micros}));
  }
  for (std::int64_t micros = 0; micros < 3'000'000; ++micros) {
    if (money_of(static_cast<double>(micros) / 1e6) != Money{micros}) FAIL_CHECK("not found: ", micros);
  }
  for (const double number : {0.0000001, 0.1234567, 1e10, -1e300, HUGE_VAL, std::nan("")}) {
    CAPTURE(number);
    CHECK_FALSE(money_of(number).has_value());
  }
}
