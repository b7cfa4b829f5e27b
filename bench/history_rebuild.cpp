// How fast read models are rebuilt from a real topic, beside COPY BINARY of the same rows into the same tables:
//   bench/run history_rebuild [events, 200000] [rounds, 3] [partitions, 8]
// Rounds alternate between rebuild and COPY, so that a busy machine slows both; the median of each is what counts.

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

void rebuild_once(log::Log& log, const test::Database& database, const std::string& prefix, const projections::Projection& projection, Rounds& rounds) {
  {
    pg::Connection connection{database.settings()};
    connection.script("DROP SCHEMA IF EXISTS " + std::string{projection.name()} + " CASCADE");
  }
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

void measure(std::uint64_t events, int rounds, std::int32_t partitions) {
  kafka::KafkaLog log{{.brokers = bench::kafka_address(), .client_id = "bench-rebuild"}};
  const auto prefix = bench::fresh_prefix();
  fill(log, prefix, events, partitions);

  const test::Database database;
  const auto& history = *projections::find("history");
  std::map<std::string_view, Rounds> models;
  Rounds copies;
  for (int round = 0; round < rounds; ++round) {
    for (const auto* projection : projections::all()) rebuild_once(log, database, prefix, *projection, models[projection->name()]);
    const auto copied = bench::copy_again(database.settings().url, std::string{history.name()}, {"event", "event_tag"});
    copies.build.push_back(static_cast<double>(events) / copied.bare_seconds);
    copies.whole.push_back(static_cast<double>(events) / copied.indexed_seconds);
  }

  const double copy_indexed = Rounds::median(copies.whole), copy_bare = Rounds::median(copies.build);
  line("limit: COPY of history's rows into indexed tables", copy_indexed);
  line("limit: COPY, then the indexes", copy_bare);
  for (const auto* projection : projections::all()) {
    const std::string name{projection->name()};
    const double build = Rounds::median(models[name].build), whole = Rounds::median(models[name].whole);
    const bool is_history = projection == &history;
    line("rebuild " + name + ": rows alone", build, is_history ? percent(build / copy_indexed, "COPY into indexed tables") : percent(build / kSmallModelAim, "the aim, 90,000/s"));
    line("rebuild " + name + ": with indexes, digests and swap", whole, is_history ? percent(whole / copy_indexed, "COPY into indexed tables") + " (aim: 50 %)" : "");
  }
  std::printf("history reaches its aim of half of COPY: %s\n", Rounds::median(models["history"].whole) >= kHistoryAim * copy_indexed ? "yes" : "NO");
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
