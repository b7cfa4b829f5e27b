// How fast read models are rebuilt from a real topic, beside COPY BINARY of the same rows into the same tables:
//   bench/run history_rebuild [events, 200000] [rounds, 3] [partitions, 8]
// The history is built where no model is, copied, and built again beside the one that is there, which it is compared with; in each round, so that a busy
// machine slows all three, and the median of each is what counts. Then the other models. bench/README.md says what each side does.

#include <algorithm>
#include <cstdio>
#include <exception>
#include <vector>

#include "bench/fill/linked_topics.hpp"
#include "bench/fill/synthetic_prompts.hpp"
#include "bench/peers/copy_binary.hpp"
#include "bench/servers.hpp"
#include "infra/kafka/kafka_log.hpp"
#include "projections/model.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"
#include "tests/support/postgres.hpp"

namespace {

using namespace ledger;
using Steady = std::chrono::steady_clock;

constexpr int kWorkspaces = 64;                          // so that every partition has a share
constexpr double kHistoryAim = 0.5;                      // of COPY into indexed tables
constexpr double kSmallModelAim = 90'000;                // records/s
constexpr std::chrono::milliseconds kSettle{60'000};

struct Rounds {
  std::vector<double> build, whole;

  static double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values.at(values.size() / 2);
  }
};

void line(const std::string& what, double per_second, const std::string& beside = "") {
  std::printf("%-58s %9.0f /s   %s\n", what.c_str(), per_second, beside.c_str());
}

std::string percent(double share, const std::string& of) {
  char text[32];
  std::snprintf(text, sizeof text, "%.0f %% of ", 100 * share);
  return text + of;
}

void drop(const test::Database& database, const projections::Projection& projection) {
  pg::Connection connection{database.settings()};
  connection.script("DROP SCHEMA IF EXISTS " + std::string{projection.name()} + " CASCADE");
}

void rebuild_once(log::Log& log, const test::Database& database, const std::string& prefix, const projections::Projection& projection, Rounds& rounds) {
  const auto report = projections::rebuild({.log = log, .connection = database.settings(), .topic_prefix = prefix}, projection);
  rounds.build.push_back(static_cast<double>(report.records) / report.build_seconds);
  rounds.whole.push_back(static_cast<double>(report.records) / report.seconds);
}

void fill(log::Log& log, const std::string& prefix, std::uint64_t events, std::int32_t partitions) {
  bench::LinkedTopics topics{log, prefix, partitions};
  const bench::SyntheticPrompts prompts{kWorkspaces};
  const auto begin = Steady::now();
  for (std::uint64_t number = 0; number < events; ++number) topics.append(prompts.event(number));
  topics.settle(kSettle);
  const double seconds = std::chrono::duration<double>(Steady::now() - begin).count();
  std::printf("%llu events in %d partitions; a value has %llu bytes, a record with key and headers %llu\n", static_cast<unsigned long long>(events), partitions,
              static_cast<unsigned long long>(topics.value_bytes() / events), static_cast<unsigned long long>(topics.record_bytes() / events));
  line("made, linked and appended", static_cast<double>(events) / seconds);
}

void measure_history(log::Log& log, const test::Database& database, const std::string& prefix, std::uint64_t events, int rounds) {
  const auto& history = *projections::find("history");
  Rounds copies, alone, compared;
  for (int round = 0; round < rounds; ++round) {
    drop(database, history);
    rebuild_once(log, database, prefix, history, alone);
    const auto copied = bench::copy_again(database.settings().url, std::string{history.name()}, {"event", "event_tag"});
    copies.build.push_back(static_cast<double>(events) / copied.bare_seconds);
    copies.whole.push_back(static_cast<double>(events) / copied.indexed_seconds);
    rebuild_once(log, database, prefix, history, compared);
  }
  const double copy = Rounds::median(copies.whole);
  const auto beside_copy = [&](const std::string& what, const std::vector<double>& rates, const std::string& note) {
    line(what, Rounds::median(rates), percent(Rounds::median(rates) / copy, "COPY into indexed tables") + note);
  };
  line("limit: COPY of history's rows into indexed tables", copy);
  line("limit: COPY, then the indexes", Rounds::median(copies.build));
  beside_copy("rebuild history: rows alone", alone.build, "");
  beside_copy("rebuild history: with indexes, digests and swap", alone.whole, " (aim: 50 %)");
  beside_copy("rebuild history: the same, compared with the live one", compared.whole, " (aim: 50 %)");
  std::printf("history reaches its aim of half of COPY: %s\n", std::min(Rounds::median(alone.whole), Rounds::median(compared.whole)) >= kHistoryAim * copy ? "yes" : "NO");
}

void measure_others(log::Log& log, const test::Database& database, const std::string& prefix, int rounds) {
  for (const auto* projection : projections::all()) {
    const std::string name{projection->name()};
    if (name == "history") continue;
    Rounds model;
    for (int round = 0; round < rounds; ++round) {
      drop(database, *projection);
      rebuild_once(log, database, prefix, *projection, model);
    }
    line("rebuild " + name + ": rows alone", Rounds::median(model.build), percent(Rounds::median(model.build) / kSmallModelAim, "the aim, 90,000/s"));
    line("rebuild " + name + ": with indexes, digests and swap", Rounds::median(model.whole));
  }
}

void measure(std::uint64_t events, int rounds, std::int32_t partitions) {
  kafka::KafkaLog log{{.brokers = bench::kafka_address(), .client_id = "bench-rebuild"}};
  const auto prefix = bench::fresh_prefix();
  fill(log, prefix, events, partitions);
  const test::Database database;
  measure_history(log, database, prefix, events, rounds);
  measure_others(log, database, prefix, rounds);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(argc > 1 ? std::stoull(argv[1]) : 200'000, argc > 2 ? std::stoi(argv[2]) : 3, argc > 3 ? std::stoi(argv[3]) : 8);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_history_rebuild: %s\n", fault.what());
    return 1;
  }
}
