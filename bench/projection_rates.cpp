// How fast read models are built, beside what COPY does with the same rows on the same server, and what a load of the
// command side takes.
//   PROMPTLEDGER_TEST_POSTGRES=postgresql://… bench_projection_rates [events, default 100000]
// The log is in memory, so the broker's speed is not in it. Works in a database of its own, which it drops.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "domain/prompt/codec.hpp"
#include "domain/prompt/events.hpp"
#include "projections/history/store.hpp"
#include "projections/model.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"
#include "tests/projections/chain.hpp"
#include "tests/support/postgres.hpp"

namespace {

using namespace ledger;
using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point begin) { return std::chrono::duration<double>(Steady::now() - begin).count(); }

// Prompts of four events each: created, a version, a label, published.
RecordedEvent event_number(int number) {
  const std::string id = "0190a000-0000-7000-8000-" + std::to_string(100'000'000'000 + number / 4);
  const auto content = std::make_shared<const prompt::Content>(
      prompt::Content{.body = prompt::Text{std::string(300, 'x')}, .variables = {}});
  prompt::Event event;
  switch (number % 4) {
    case 0: {
      prompt::Created created;
      created.beginning.name = {"bench", "prompt " + std::to_string(number / 4)};
      created.beginning.version.content = content;
      event = created;
      break;
    }
    case 1:
      event = prompt::VersionAdded{
          {.number = 2, .content = content, .source = {}, .parent_version = {}, .explanation = {}, .change_log = {}}};
      break;
    case 2:
      event = prompt::LabelMoved{"production", std::nullopt, 2};
      break;
    default:
      event = prompt::LifecycleMoved{prompt::Status::draft, prompt::Status::published};
  }
  const auto encoded = prompt::encode(event);
  auto recorded = test::note("x", static_cast<std::uint64_t>(number % 4) + 1, "x");
  recorded.type = encoded.type;
  recorded.data = encoded.data;
  recorded.stream = {"prompt", id};
  recorded.tags = prompt::tags_of(event);
  recorded.command_id = "command-" + std::to_string(number);
  recorded.command_digest = "digest";
  return recorded;
}

void measure_copy(const test::Database& database, test::Chain& chain) {
  const auto& history = *projections::find("history");
  pg::Connection connection{database.settings("bare_copy")};
  projections::create_model(connection, history, "bare_copy", projections::Indexes::now);
  std::vector<projections::Start> starts;
  for (const auto& partition : projections::partitions_of(chain.log, history, "promptledger", test::kSoon))
    starts.push_back({.partition = partition});
  projections::Follower follower{chain.log, starts, {}};
  double seconds = 0;
  std::size_t rows = 0;
  for (;;) {
    const auto batch =
        follower.next({.max_records = 20'000, .max_bytes = 64u << 20, .first_wait_ms = std::chrono::milliseconds{200}});
    if (batch.empty()) break;
    const auto begin = Steady::now();
    history.apply(connection, batch.counted);
    seconds += seconds_since(begin);
    rows += batch.counted.size();
  }
  std::printf("%-46s %8.0f rows/s\n", "COPY of ready rows into indexed tables", static_cast<double>(rows) / seconds);
}

void measure_load(const test::Database& database, int events) {
  pg::Pool pool{{.connection = database.settings()}};
  projections::HistoryStore store{pool};
  std::vector<double> us;
  for (int i = 0; i < 2'000; ++i) {
    const auto one = event_number((i * 7919 % (events / 4)) * 4);
    const HistoryQuery query{
        {test::kPromptsTopic, 0}, {one.stream.text()}, {{one.partition_key, one.tags.at(0)}}, {one.command_id}};
    const auto begin = Steady::now();
    const auto slice = store.load(query, test::kSoon);
    us.push_back(seconds_since(begin) * 1e6);
    if (!slice || slice->rows.size() != 4) std::printf("a load gave something else\n");
  }
  std::sort(us.begin(), us.end());
  std::printf("%-46s p50 %.0f us, p99 %.0f us\n", "load of a stream, a tag and a key", us[us.size() / 2],
              us[us.size() * 99 / 100]);
}

}  // namespace

int main(int argc, char** argv) {
  const int events = argc > 1 ? std::atoi(argv[1]) : 100'000;
  test::Database database;
  test::Chain chain{1};
  for (int number = 0; number < events; ++number) chain.append(event_number(number));
  for (const auto* projection : projections::all()) {
    const auto report = projections::rebuild({.log = chain.log, .connection = database.settings()}, *projection);
    std::printf("%-46s %8.0f records/s (with indexes and comparison %.0f)\n",
                ("rebuild " + std::string{projection->name()}).c_str(),
                static_cast<double>(report.records) / report.build_seconds,
                static_cast<double>(report.records) / report.seconds);
  }
  measure_copy(database, chain);
  measure_load(database, events);
}
