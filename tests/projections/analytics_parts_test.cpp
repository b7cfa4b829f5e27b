#include <doctest/doctest.h>

#include <limits>
#include <stdexcept>

#include "projections/analytics/exact_sum.hpp"
#include "projections/analytics/series.hpp"
#include "projections/analytics/slots.hpp"
#include "projections/analytics/tally.hpp"

using namespace ledger;
using namespace ledger::projections;

namespace {

Timestamp at(const char* text) { return parse_rfc3339(text).value(); }
std::string show(const std::vector<Piece>& pieces) {
  std::string out;
  for (const auto& piece : pieces) {
    out += (piece.level ? std::string{to_text(*piece.level)} : "single") + " " + to_rfc3339(piece.from).substr(0, 19) + " " + to_rfc3339(piece.until).substr(0, 19) + "\n";
  }
  return out;
}

constexpr std::array kAll{Level::hour, Level::day, Level::month};

}  // namespace

TEST_CASE("sums are exact beyond 64 bits, and are written and read back") {
  const Sum most = static_cast<Sum>(std::numeric_limits<std::int64_t>::max()) * 1'000;
  CHECK(to_text(most) == "9223372036854775807000");
  CHECK((parse_sum(to_text(most)) == most));
  CHECK((parse_sum(to_text(-most)) == -most));
  CHECK(to_text(Sum{0}) == "0");
  CHECK_THROWS_AS(parse_sum("1.5"), std::logic_error);
  CHECK_THROWS_AS(parse_sum(""), std::logic_error);
  for (const std::int64_t micros : {0LL, 1LL, 999'999LL, 1'000'000LL, 12'345'678LL, -1LL, -2'500'000LL}) CHECK(to_money_text(micros) == to_text(Money{micros}));
  CHECK(to_money_text(most) == "9223372036854775.807000");
  CHECK((mean(10, 4) == 3));
  CHECK((mean(-10, 4) == -3));
  CHECK((mean(9, 4) == 2));
}

TEST_CASE("slots begin where their level says, before 1970 too") {
  CHECK((slot_of(Level::quarter, at("2026-03-29T01:59:59.999999Z")) == at("2026-03-29T01:45:00Z")));
  CHECK((slot_of(Level::quarter, at("1969-12-31T23:59:59Z")) == at("1969-12-31T23:45:00Z")));
  CHECK((slot_of(Level::hour, at("2026-03-29T01:59:59Z")) == at("2026-03-29T01:00:00Z")));
  CHECK((slot_of(Level::day, at("2026-03-29T00:00:00Z")) == at("2026-03-29T00:00:00Z")));
  CHECK((slot_of(Level::month, at("2024-02-29T12:00:00Z")) == at("2024-02-01T00:00:00Z")));
  CHECK((slot_after(Level::month, at("2025-12-01T00:00:00Z")) == at("2026-01-01T00:00:00Z")));
  CHECK((slot_after(Level::quarter, at("2026-03-29T23:45:00Z")) == at("2026-03-30T00:00:00Z")));
}

TEST_CASE("a period is cut into the coarsest slots that fit, with finer edges") {
  CHECK(show(cut(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), kAll)) == "month 2026-01-01T00:00:00 2027-01-01T00:00:00\n");
  CHECK(show(cut(at("2026-01-30T22:20:00Z"), at("2026-04-02T01:00:01Z"), kAll)) ==
        "single 2026-01-30T22:20:00 2026-01-30T23:00:00\n"
        "hour 2026-01-30T23:00:00 2026-01-31T00:00:00\n"
        "day 2026-01-31T00:00:00 2026-02-01T00:00:00\n"
        "month 2026-02-01T00:00:00 2026-04-01T00:00:00\n"
        "day 2026-04-01T00:00:00 2026-04-02T00:00:00\n"
        "hour 2026-04-02T00:00:00 2026-04-02T01:00:00\n"
        "single 2026-04-02T01:00:00 2026-04-02T01:00:01\n");
  // No whole slot fits.
  CHECK(show(cut(at("2026-01-01T00:50:00Z"), at("2026-01-01T01:10:00Z"), kAll)) == "single 2026-01-01T00:50:00 2026-01-01T01:10:00\n");
  CHECK(cut(at("2026-01-01T00:00:00Z"), at("2026-01-01T00:00:00Z"), kAll).empty());
  CHECK(cut(at("2026-01-02T00:00:00Z"), at("2026-01-01T00:00:00Z"), kAll).empty());
}

TEST_CASE("pieces touch, none overlaps, and each is whole slots of its level") {
  const Timestamp begin = at("2023-12-30T21:07:00Z");
  for (int n = 0; n < 400; ++n) {
    const Timestamp from = begin + std::chrono::minutes{n * 7}, until = from + std::chrono::minutes{n * n * 3 + n};
    Timestamp next = from;
    for (const auto& piece : cut(from, until, kAll)) {
      REQUIRE((piece.from == next && piece.from < piece.until));
      if (piece.level) REQUIRE((slot_of(*piece.level, piece.from) == piece.from && slot_of(*piece.level, piece.until) == piece.until));
      next = piece.until;
    }
    REQUIRE((next == std::max(from, until)));
  }
}

TEST_CASE("an execution contributes what it is: other kinds of tokens together, and the total as it was told") {
  execution::State state;
  state.status = execution::Status::completed;
  state.checked.status = execution::Validation::passed;
  state.ending.usage = {.tokens = {{"input", 10}, {"output", 3}, {"audio", 5}, {"other", 1}}, .total = 12, .cost = {}};
  state.ending.cost = Money{42};
  state.ending.latency_ms = 7;
  const Contribution one = contribution_of(state);
  CHECK((one.tokens == PerTokenKind<std::uint64_t>{10, 0, 3, 0, 6}));
  CHECK((one.tokens_total == 12 && one.cost == Money{42} && one.latency_ms == 7));

  Tally tally;
  tally.add(one);
  tally.add(one);
  CHECK(tally.executions() == 2);
  CHECK((tally.cost_micros == 84 && tally.tokens_total == 24 && tally.latency_sum_ms == 14 && tally.latency_min_ms == 7));
  tally.take_away(one);
  Tally again;
  again.add(one);
  CHECK((tally == again));
  again.merge(tally);
  CHECK(again.by_status[static_cast<std::size_t>(execution::Status::completed)] == 2);
}

TEST_CASE("a sum of the dearest executions does not overflow") {
  Contribution one;
  one.cost = Money{1'000'000'000'000};
  one.tokens_total = 1'000'000'000'000;
  Tally tally;
  tally.add(one);
  for (int n = 0; n < 24; ++n) tally.merge(Tally{tally});
  CHECK(to_text(tally.tokens_total) == "16777216000000000000");
  CHECK(to_money_text(tally.cost_micros) == "16777216000000.000000");
}

TEST_CASE("percentiles are never beyond the least and the greatest latency") {
  Tally tally;
  Contribution one;
  one.latency_ms = 1'001;
  tally.add(one);
  CHECK(tally.latency_per_mille(500) == 1'001);
  CHECK_FALSE(Tally{}.latency_per_mille(500).has_value());
}

TEST_CASE("series are told apart by all that their grain tells apart, and by nothing else") {
  execution::State a;
  a.workspace = "w";
  a.request.prompt = "p";
  a.request.version = 1;
  a.request.label = "l";
  a.request.model = "m";
  auto b = a;
  b.request.version = 2;
  CHECK(id_of(series_of(a, Grain::finest)) != id_of(series_of(b, Grain::finest)));
  CHECK(id_of(series_of(a, Grain::prompt)) == id_of(series_of(b, Grain::prompt)));
  std::vector<std::string> ids;
  for (const Grain grain : kGrains) {
    CHECK(parse_grain(to_text(grain)) == grain);
    ids.push_back(id_of(series_of(a, grain)));
    CHECK(ids.back().size() == 16);
  }
  std::sort(ids.begin(), ids.end());
  CHECK(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
  // What stands in one field is not what stands in the next.
  CHECK(id_of({.grain = Grain::finest, .workspace = "w", .prompt = "p", .version = 1, .label = "ab", .model = "c"}) !=
        id_of({.grain = Grain::finest, .workspace = "w", .prompt = "p", .version = 1, .label = "a", .model = "bc"}));
}
