#include "projections/analytics/latency_sketch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>

using ledger::projections::LatencySketch;

namespace {

using Random = std::mt19937_64;

std::uint32_t whole_ms(double ms) {
  return static_cast<std::uint32_t>(std::clamp(std::llround(ms), 1LL, static_cast<long long>(LatencySketch::kMostMs)));
}
double unit(Random& random) { return (static_cast<double>(random() >> 11) + 0.5) / 9'007'199'254'740'992.0; }
double normal(Random& random) { return std::sqrt(-2 * std::log(unit(random))) * std::cos(6.283185307179586 * unit(random)); }

struct Spread {
  const char* name;
  std::function<double(Random&)> draw;
};

const Spread kSpreads[] = {
    {"uniform", [](Random& random) { return 1 + 9'999 * unit(random); }},
    {"log-normal, as latencies of models are", [](Random& random) { return std::exp(6.7 + 0.8 * normal(random)); }},
    {"exponential, mostly below a bucket's width", [](Random& random) { return -12 * std::log(unit(random)); }},
    {"heavy tail", [](Random& random) { return 20 / std::pow(unit(random), 1 / 0.9); }},
    {"two peaks", [](Random& random) { return unit(random) < 0.97 ? 200 + 15 * normal(random) : 30'000 + 900 * normal(random); }},
    {"all that can be, evenly by magnitude", [](Random& random) { return std::exp(21.4875626 * unit(random)); }},
};

std::uint32_t exact(const std::vector<std::uint32_t>& sorted, int share) {
  return sorted[std::max<std::size_t>(1, (sorted.size() * static_cast<std::size_t>(share) + 999) / 1'000) - 1];
}

}  // namespace

TEST_CASE("percentiles of a million latencies are within 2 % of the exact ones, however they are spread") {
  for (const auto& spread : kSpreads) {
    CAPTURE(spread.name);
    Random random{7};
    std::vector<std::uint32_t> latencies(1'000'000);
    LatencySketch sketch;
    for (auto& one : latencies) sketch.add(one = whole_ms(spread.draw(random)));
    std::sort(latencies.begin(), latencies.end());
    REQUIRE(sketch.count() == 1'000'000);
    for (const int share : {1, 10, 250, 500, 950, 990, 999, 1'000}) {
      CAPTURE(share);
      const double truth = exact(latencies, share), told = sketch.per_mille(share).value();
      CHECK(std::abs(told - truth) <= 0.02 * truth);
      if (truth <= 50) CHECK(told == truth);
    }
    CHECK(sketch.encode().size() < 4'000);
  }
}

TEST_CASE("every latency is told within 2 %") {
  for (double wanted = 1; wanted <= LatencySketch::kMostMs; wanted = wanted * 1.0007 + 1) {
    const auto latency = static_cast<std::uint32_t>(wanted);
    LatencySketch sketch;
    sketch.add(latency);
    const double told = sketch.per_mille(500).value();
    CAPTURE(latency);
    REQUIRE(std::abs(told - latency) <= 0.02 * latency);
  }
  LatencySketch last;
  last.add(LatencySketch::kMostMs);
  CHECK(last.per_mille(1'000).value() > 0.98 * LatencySketch::kMostMs);
}

TEST_CASE("sketches merge into that of all, in any order, and what is taken away was never there") {
  Random random{3};
  LatencySketch all, parts[3];
  for (int n = 0; n < 3'000; ++n) {
    const std::uint32_t latency = whole_ms(std::exp(15 * unit(random)));
    all.add(latency);
    parts[n % 3].add(latency);
  }
  LatencySketch forwards, backwards;
  for (int n = 0; n < 3; ++n) {
    forwards.merge(parts[n]);
    backwards.merge(parts[2 - n]);
  }
  CHECK((forwards == all));
  CHECK((backwards == all));
  CHECK(forwards.encode() == all.encode());
  CHECK((LatencySketch::decode(all.encode()) == all));

  LatencySketch difference;  // below 0, until it is merged into what it is taken from
  for (const std::uint32_t latency : {40U, 900U}) {
    all.add(latency);
    difference.take_away(latency);
  }
  CHECK(difference.count() == -2);
  CHECK_THROWS_AS(difference.encode(), std::logic_error);
  all.merge(difference);
  CHECK((all == forwards));
  all.take_away(1'234'567);
  all.add(1'234'567);
  CHECK((all == forwards));
}

TEST_CASE("of no latencies there are no percentiles, and of one they are all the same") {
  LatencySketch sketch;
  CHECK_FALSE(sketch.per_mille(500).has_value());
  CHECK(sketch.encode().empty());
  sketch.add(17);
  for (const int share : {0, 1, 500, 1'000}) CHECK(sketch.per_mille(share) == 17);
  sketch.take_away(17);
  CHECK((sketch == LatencySketch{}));
}

TEST_CASE("what is no latency, and bytes that are no sketch, are refused") {
  LatencySketch sketch;
  CHECK_THROWS_AS(sketch.add(0), std::invalid_argument);
  CHECK_THROWS_AS(sketch.add(LatencySketch::kMostMs + 1), std::invalid_argument);
  sketch.add(90'000);
  const std::string bytes = sketch.encode();
  CHECK_THROWS_AS(LatencySketch::decode(bytes.substr(0, bytes.size() - 1)), std::logic_error);
  CHECK_THROWS_AS(LatencySketch::decode(bytes + '\x80'), std::logic_error);
  CHECK_THROWS_AS(LatencySketch::decode(std::string("\x01\x00", 2)), std::logic_error);
  CHECK_THROWS_AS(LatencySketch::decode("\xff\x7f\x01"), std::logic_error);
  CHECK_THROWS_AS(LatencySketch::decode(std::string(12, '\xff')), std::logic_error);
}
