// Two writers that both believe a partition theirs: safe, and with protocol step 16 fair too. What ../shared/models/contend.py says of a model, the
// real writers do in simulated time.
#include <doctest/doctest.h>

#include <iomanip>
#include <sstream>

#include "tests/commands/race.hpp"

namespace ledger::stage {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kTime{500};

struct Result {
  double per_s = 0;
  double fairness = 0;
  double void_share = 0;
  double longest_wait_ms = 0;
  std::size_t yields = 0;
};

Result race(std::vector<std::size_t> clients, bool yield, unsigned seed = 1) {
  WriterSettings settings;
  settings.contention_yield = yield;
  settings.flights_max = 64;
  Race race(std::move(clients), settings, seed);
  race.run(kTime);
  CHECK(race.wrong() == 0);
  Result result{static_cast<double>(race.accepted()) * 1'000 / static_cast<double>(kTime.count()), race.fairness(), race.void_share(), 0, race.yields()};
  for (const auto& score : race.scores()) result.longest_wait_ms = std::max(result.longest_wait_ms, static_cast<double>(score.longest_wait_us) / 1'000);
  return result;
}

void tell(std::ostream& out, const std::string& name, const Result& result) {
  out << "\n" << std::left << std::setw(36) << name << std::right << std::fixed << std::setprecision(0) << std::setw(8) << result.per_s << std::setprecision(2)
      << std::setw(10) << result.fairness << std::setprecision(3) << std::setw(8) << result.void_share << std::setprecision(0) << std::setw(12) << result.longest_wait_ms << std::setw(8) << result.yields;
}

TEST_CASE("two writers of one partition under load: giving way to the winner is fair, and makes hardly any void records" * doctest::test_suite("one thread")) {
  std::ostringstream table;
  table << "\n" << std::left << std::setw(36) << "simulated" << "  acc/s  fairness   void  longest ms  yields";
  const auto alone = race({32}, true);
  tell(table, "one writer, 32 clients", alone);
  for (const auto& clients : {std::vector<std::size_t>{16, 16}, {32, 4}, {32, 1}, {8, 8, 8}}) {
    std::string name = std::to_string(clients.size()) + " writers,";
    for (const auto count : clients) name += " " + std::to_string(count);
    CAPTURE(name);
    const auto without = race(clients, false);
    const auto with = race(clients, true);
    tell(table, name + ", without", without);
    tell(table, name + ", giving way", with);
    CHECK(with.void_share < 0.1);
    CHECK(with.void_share < without.void_share / 4);
    CHECK(with.fairness > 0.3);
    CHECK(with.fairness > without.fairness);
    CHECK(with.longest_wait_ms < without.longest_wait_ms);
    CHECK(with.per_s > 0.7 * without.per_s);
  }
  MESSAGE(table.str());
}

}  // namespace
}  // namespace ledger::stage
