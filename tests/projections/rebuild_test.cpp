#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "projections/difference.hpp"
#include "projections/digest.hpp"
#include "projections/positions.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"
#include "projections/runner.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/notes.hpp"
#include "tests/projections/runner_fixture.hpp"
#include "tests/support/random_executions.hpp"
#include "tests/support/random_feedback.hpp"
#include "tests/support/random_workspace.hpp"

using namespace ledger;
using namespace ledger::test;
using namespace std::chrono_literals;

namespace {

projections::RebuildPlace place(Chain& chain, const Database& database) {
  projections::RebuildPlace place{.log = chain.log, .connection = database.settings()};
  place.settings.batch.first_wait_ms = 20ms;
  place.settings.silence_ms = 3'000ms;
  return place;
}

// Prompts, settings, notes, executions and feedback of a workspace, as random as its commands.
void write_random(Chain& chain, std::uint32_t seeds) {
  prompt::RandomWorkspace workspace;
  feedback::RandomFeedback said;
  execution::RandomExecutions executions;
  for (std::uint32_t seed = 0; seed < seeds; ++seed) {
    (void)workspace.take(seed);
    said.take(seed);
    executions.take(seed);
  }
  for (const auto& event : said.log())
    chain.append(event, event.stream.kind == feedback::kStreamKind ? 0 : 1, kFeedbackTopic);
  for (const auto& event : executions.log()) chain.append(event, event.stream.id.back() % 2, kExecutionsTopic);
  std::uint64_t notes = 0;
  for (const auto& event : workspace.log()) {
    chain.append(event);
    if (event.sequence % 3 == 0) {
      auto noted = note("n", ++notes, "x");
      noted.meta.reason = "a reason, no. " + std::to_string(notes);
      chain.append(noted, 1);
    }
    if (event.sequence % 5 == 0) chain.duplicate();
    if (event.sequence % 7 == 0) chain.barrier();
  }
}

}  // namespace

TEST_CASE("every read model dropped and applied again is identical, table by table") {
  Database database;
  Chain chain;
  write_random(chain, 600);
  pg::Connection admin{database.settings()};
  std::vector<std::vector<projections::TableDigest>> before;
  const auto run_all = [&] {
    std::vector<std::unique_ptr<projections::Runner>> runners;
    for (const auto* projection : projections::all())
      runners.push_back(std::make_unique<projections::Runner>(chain.log, chain.groups, *projection, quick(database)));
    for (const auto* projection : projections::all()) wait_for_all(database, chain, *projection);
    // Every partition, the silent topics' too, has its genesis in the history.
    pg::Pool pool{{.connection = database.settings()}};
    projections::ModelPositions history{pool, "history"};
    for (int i = 0; i < 2'000 && history.now().size() < 6; ++i) std::this_thread::sleep_for(5ms);
  };
  run_all();
  for (const auto* projection : projections::all())
    before.push_back(projections::digests(admin, std::string{projection->name()}));
  for (const auto* projection : projections::all())
    admin.script("DROP SCHEMA " + std::string{projection->name()} + " CASCADE");
  run_all();
  std::size_t i = 0;
  for (const auto* projection : projections::all()) {
    const auto after = projections::digests(admin, std::string{projection->name()});
    REQUIRE(after.size() == before[i].size());
    std::int64_t rows = 0;
    for (std::size_t t = 0; t < after.size(); ++t) {
      CAPTURE(after[t].table);
      // Void records at the very end may not be read yet: the offset behind them is no part of what was applied.
      if (after[t].table != "checkpoint") CHECK(after[t] == before[i][t]);
      rows += after[t].rows;
    }
    CHECK(rows > 0);
    ++i;
  }
}

TEST_CASE("a rebuild is the same as what was applied live, for every read model") {
  Database database;
  Chain chain;
  write_random(chain, 400);
  for (const auto* projection : projections::all()) {
    CAPTURE(projection->name());
    {
      projections::Runner runner{chain.log, chain.groups, *projection, quick(database)};
      wait_for_all(database, chain, *projection);
    }
    const auto report = projections::rebuild(place(chain, database), *projection);
    CHECK(report.compared);
    CHECK(report.records > 0);
    pg::Connection admin{database.settings()};
    CHECK(projections::digests(admin, std::string{projection->name()}) == report.tables);
    CHECK(admin.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE '%\\_\\_%'").empty());
  }
}

TEST_CASE("a rebuild beside a live runner: readers see a whole model all the time") {
  Database database;
  Chain chain;
  const Notes notes;
  std::uint64_t written = 0;
  for (int i = 0; i < 300; ++i) chain.append(note("a", ++written, "x"));
  auto settings = quick(database);
  settings.connection.lock_timeout_ms = 20'000ms;
  projections::Runner runner{chain.log, chain.groups, notes, settings};
  wait_for_all(database, chain, "notes");

  std::atomic<bool> done = false;
  std::atomic<int> reads = 0, wrong = 0;
  std::jthread reader{[&] {
    pg::Pool pool{{.connection = database.settings(), .size = 1}};
    std::int64_t seen = 0;
    while (!done) {
      try {
        const auto now = pool.read([](pg::Connection& connection) {
          return connection.query("SELECT count(*) FROM notes.note")[0].number(0);
        });
        if (now < seen || now < 300) ++wrong;
        seen = now;
        ++reads;
      } catch (const std::exception&) {
        ++wrong;
      }
    }
  }};
  std::jthread writer{[&] {
    for (int i = 0; i < 500; ++i) {
      chain.append(note("a", ++written, "x"));
      std::this_thread::sleep_for(1ms);
    }
  }};
  for (int round = 0; round < 3; ++round) CHECK(projections::rebuild(place(chain, database), notes).compared);
  writer.join();
  done = true;
  reader.join();
  wait_for_all(database, chain, "notes");
  CHECK(wrong == 0);
  CHECK(reads > 0);
  pg::Connection admin{database.settings("notes")};
  CHECK(admin.query("SELECT count(*) FROM note")[0].number(0) == 800);
  CHECK(runner.status().parked_events == 0);
}

TEST_CASE("a rebuild does not wait for ever, nor fail, for those who still use the old tables") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand hand{database, chain, notes};
  chain.append(note("a", 1, "x"));
  REQUIRE(hand.catch_up() == projections::BatchOutcome::applied);
  pg::Connection reader{database.settings("notes")};
  pg::Transaction transaction{reader};
  reader.script("SELECT * FROM note");
  auto where = place(chain, database);
  where.settings.lock_wait_ms = 300ms;
  CHECK(projections::rebuild(where, notes).compared);
  // The reader's transaction goes on, over several tables of a model that is no longer there by name.
  CHECK(hand.connection.query("SELECT 1 FROM pg_namespace WHERE nspname = 'notes__old'").size() == 1);
  transaction.commit();
  CHECK(projections::rebuild(where, notes).compared);
  CHECK(hand.connection.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE '%\\_\\_%'").empty());
}

TEST_CASE("a live model that differs is not replaced, and the rows that differ are named") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand hand{database, chain, notes};
  for (std::uint64_t i = 1; i <= 10; ++i) chain.append(note("a", i, "x"));
  REQUIRE(hand.catch_up() == projections::BatchOutcome::applied);
  hand.connection.script("UPDATE note SET value = 'corrupted' WHERE sequence = 7");

  hand.connection.script("DELETE FROM note WHERE sequence = 8; INSERT INTO note VALUES ('b', 1, 'invented')");

  std::string refusal;
  try {
    projections::rebuild(place(chain, database), notes);
  } catch (const projections::RebuildRefused& refused) {
    refusal = refused.what();
    CHECK(refused.different() == std::vector<std::string>{"note"});
  }
  CHECK(refusal.find("differs from the live one of the same version in: note.") != std::string::npos);
  const auto rows = projections::kept_differences(hand.connection, "notes__next");
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].key == R"({"stream": "a", "sequence": 7})");
  CHECK(rows[0].what == "changed");
  CHECK(rows[0].columns == std::vector<std::string>{"value"});
  CHECK(rows[1].key == R"({"stream": "a", "sequence": 8})");
  CHECK(rows[1].what == "only_rebuilt");
  CHECK(rows[2].key == R"({"stream": "b", "sequence": 1})");
  CHECK(rows[2].what == "only_live");
  CHECK(hand.connection.query("SELECT 1 FROM note WHERE value = 'corrupted'").size() == 1);

  const auto report = projections::rebuild(place(chain, database), notes, true);
  CHECK(hand.connection.query("SELECT 1 FROM note WHERE value = 'corrupted'").empty());
  CHECK(hand.connection.query("SELECT 1 FROM note").size() == 10);
  CHECK(report.records == 12);
}

TEST_CASE("a rebuild holds back as it is told, and ends when it is told") {
  Database database;
  Chain chain;
  const Notes notes;
  for (std::uint64_t i = 1; i <= 60; ++i) chain.append(note("a", i, "x"));
  auto where = place(chain, database);
  std::uint64_t before = 0, largest = 0;
  where.on_progress = [&](const projections::Progress& progress) {
    largest = std::max(largest, progress.records - before);
    before = progress.records;
  };
  SUBCASE("to so many records a second, a batch of each") {
    where.max_records_per_s = [] { return 40; };
    CHECK(projections::rebuild(where, notes).records == 62);
    CHECK(largest == 40);
  }
  SUBCASE("no more than asked, also when that changes meanwhile") {
    where.max_records_per_s = [&] { return before > 0 ? 0 : 10; };
    CHECK(projections::rebuild(where, notes).records == 62);
    CHECK(largest == 52);
  }
  SUBCASE("and leaves nothing in place of the live model when it ends early") {
    std::stop_source stop;
    where.stop = stop.get_token();
    where.max_records_per_s = [&] { return before > 0 ? (stop.request_stop(), 1) : 10; };
    CHECK_THROWS_WITH_AS(projections::rebuild(where, notes), "stopped before the end", projections::RebuildRefused);
    pg::Connection reader{database.settings()};
    CHECK_FALSE(projections::model_version(reader, "notes"));
  }
}

TEST_CASE("a rebuild goes no further than the live model, and not past a log that was tampered with") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand hand{database, chain, notes};
  for (std::uint64_t i = 1; i <= 10; ++i) chain.append(note("a", i, "x"));
  REQUIRE(hand.catch_up() == projections::BatchOutcome::applied);

  SUBCASE("events that the live model has not applied stay out") {
    chain.append(note("a", 11, "x"));
    CHECK(projections::rebuild(place(chain, database), notes).compared);
    CHECK(hand.connection.query("SELECT 1 FROM note").size() == 10);
    CHECK(hand.catch_up() == projections::BatchOutcome::applied);  // goes on from where it was
    CHECK(hand.connection.query("SELECT 1 FROM note").size() == 11);
  }
  SUBCASE("a log that was cut is refused") {
    chain.log.truncate({kPromptsTopic, 0}, 5);
    auto where = place(chain, database);
    where.settings.silence_ms = 200ms;
    CHECK_THROWS_AS(projections::rebuild(where, notes), projections::LogAway);
    CHECK(hand.connection.query("SELECT 1 FROM note").size() == 10);
  }
  SUBCASE("two at once: the second is refused") {
    pg::Connection other{database.settings()};
    other.query("SELECT pg_advisory_lock(hashtextextended('rebuild:notes', 0))");
    CHECK_THROWS_AS(projections::rebuild(place(chain, database), notes), projections::RebuildRefused);
  }
}
