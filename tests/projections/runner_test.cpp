#include <doctest/doctest.h>

#include <atomic>
#include <functional>
#include <thread>

#include "projections/digest.hpp"
#include "projections/history/history.hpp"
#include "projections/positions.hpp"
#include "projections/registry.hpp"
#include "projections/runner.hpp"
#include "tests/projections/chain.hpp"
#include "tests/projections/notes.hpp"
#include "tests/projections/runner_fixture.hpp"
#include "tests/support/postgres.hpp"

using namespace ledger;
using namespace ledger::test;
using namespace std::chrono_literals;
using projections::Runner;
using projections::RunnerState;

namespace {

// Notes whose writing fails as long as it is told to.
class FailingNotes final : public projections::Projection {
 public:
  std::string_view name() const override { return notes_.name(); }
  int version() const override { return notes_.version(); }
  std::vector<std::string_view> topics() const override { return notes_.topics(); }
  std::string_view tables_sql() const override { return notes_.tables_sql(); }
  std::vector<projections::Refusal> apply(pg::Connection& connection, std::span<const projections::Applied> batch) const override {
    if (fails) throw projections::LogAway{"cannot be written now"};
    return notes_.apply(connection, batch);
  }

  std::atomic<bool> fails = true;

 private:
  Notes notes_;
};

}  // namespace

TEST_CASE("a runner keeps its model up with the log, and says how far it is") {
  Database database;
  Chain chain;
  for (std::uint64_t i = 1; i <= 500; ++i) chain.append(note("a", i, "x"));
  const Notes notes;
  Runner runner{chain.log, chain.groups, notes, quick(database)};
  CHECK(eventually([&] { return caught_up(runner); }));
  const auto last = chain.append(note("a", 501, "x"));

  pg::Pool pool{{.connection = database.settings()}};
  projections::ModelPositions positions{pool, "notes"};
  CHECK(positions.wait_until(std::vector{last}, std::chrono::steady_clock::now() + 10s).empty());
  pg::Connection reader{database.settings("notes")};
  CHECK(count(reader, "note") == 501);

  const log::Position never{last.partition, last.height + 1};
  const auto behind = positions.wait_until(std::vector{never, last}, std::chrono::steady_clock::now() + 20ms);
  REQUIRE(behind.size() == 1);
  CHECK(behind[0].wanted == never);
  CHECK(behind[0].height == last.height);

  chain.duplicate();
  CHECK(eventually([&] { return runner.status().voids[static_cast<std::size_t>(log::VoidClass::stale_head)] == 1; }));
  const auto status = runner.status();
  CHECK(status.applied == 503);  // with two genesis records
  std::uint64_t measured = 0;
  for (const auto n : status.visible.counts) measured += n;
  CHECK(measured == status.applied);
}

TEST_CASE("two runners of one projection apply every event once") {
  Database database;
  Chain chain;
  const Notes notes;
  Runner first{chain.log, chain.groups, notes, quick(database, "first")}, second{chain.log, chain.groups, notes, quick(database, "second")};
  for (std::uint64_t i = 1; i <= 2'000; ++i) {
    chain.append(note("a", i, "x"), static_cast<std::int32_t>(i % 2));
  }
  CHECK(eventually([&] { return caught_up(first) || caught_up(second); }));
  first.stop();
  second.stop();
  pg::Connection reader{database.settings("notes")};
  CHECK(count(reader, "note") == 2'000);
  CHECK(count(reader, "parked_event") == 0);
  CHECK(first.status().applied + second.status().applied == 2'002);
  CHECK(first.status().state == RunnerState::stopped);
}

TEST_CASE("sessions that are killed again and again lose nothing and apply nothing twice") {
  Database database;
  Chain chain;
  const Notes notes;
  Runner runner{chain.log, chain.groups, notes, quick(database)};
  pg::Connection killer{database.settings()};
  std::uint64_t written = 0;
  for (int round = 0; round < 15; ++round) {
    for (int i = 0; i < 100; ++i) chain.append(note("a", ++written, "x"));
    killer.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'promptledger projection "
        "notes' AND datname = current_database()");
    std::this_thread::sleep_for(std::chrono::milliseconds{round});
  }
  CHECK(eventually([&] { return caught_up(runner); }));
  CHECK(runner.status().backed_off > 0);
  CHECK_FALSE(runner.status().last_error.empty());
  pg::Connection reader{database.settings("notes")};
  CHECK(count(reader, "note") == static_cast<std::int64_t>(written));
  CHECK(count(reader, "parked_event") == 0);
}

TEST_CASE("a log that is away is tried again until it is back") {
  Database database;
  Chain chain;
  chain.log.fail_questions("the broker is away");
  const Notes notes;
  Runner runner{chain.log, chain.groups, notes, quick(database)};
  CHECK(eventually([&] { return runner.status().state == RunnerState::backing_off; }));
  CHECK(runner.status().last_error.find("the broker is away") != std::string::npos);
  chain.append(note("a", 1, "x"));
  chain.log.fail_questions("");
  CHECK(eventually([&] { return caught_up(runner); }));
}

TEST_CASE("a runner whose every try fails says so until one has gone well, and tells it once") {
  Database database;
  Chain chain;
  for (std::uint64_t i = 1; i <= 3; ++i) chain.append(note("a", i, "x"));
  FailingNotes notes;
  std::atomic<int> told = 0;
  Runner runner{chain.log, chain.groups, notes, quick(database), [&](const std::string&, projections::Severity, const std::string&) { ++told; }};
  REQUIRE(eventually([&] { return runner.status().state == RunnerState::backing_off; }));
  const auto tries = [&] { return runner.status().backed_off; };
  int otherwise = 0;
  for (const auto enough = tries() + 10; tries() < enough;) otherwise += runner.status().state == RunnerState::backing_off ? 0 : 1;
  CHECK(otherwise == 0);
  CHECK(told == 1);

  notes.fails = false;
  CHECK(eventually([&] { return runner.status().state == RunnerState::running; }));
  CHECK(eventually([&] { return caught_up(runner); }));
}

TEST_CASE("a runner that failed and has nothing left to do runs again") {
  Database database;
  Chain chain;
  chain.append(note("a", 1, "x"));
  const Notes notes;
  Runner runner{chain.log, chain.groups, notes, quick(database)};
  REQUIRE(eventually([&] { return caught_up(runner); }));
  pg::Connection killer{database.settings()};
  killer.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'promptledger projection notes' "
               "AND datname = current_database()");
  REQUIRE(eventually([&] { return runner.status().backed_off > 0; }));
  CHECK(eventually([&] { return runner.status().state == RunnerState::running; }));
}

TEST_CASE("a partition that was tampered with halts, the others go on") {
  Database database;
  Chain chain;
  const Notes notes;
  std::string alarm, expected;
  int alarms = 0;
  std::mutex mutex;
  Runner runner{chain.log, chain.groups, notes, quick(database), [&](const std::string&, projections::Severity severity, const std::string& what) {
                  const std::lock_guard lock{mutex};
                  alarm = what;
                  alarms += severity == projections::Severity::error ? 1 : 0;
                }};
  chain.append(note("a", 1, "x"));
  CHECK(eventually([&] { return caught_up(runner); }));
  const log::PartitionId first{kPromptsTopic, 0};

  SUBCASE("by a record that is not what its hash says") {
    log::Record forged{"ws/w1", {{"ce_type", "promptledger.note.taken.v1"}}, "{}"};
    log::link(forged, chain.head(), "evil", 1'800'000'000'000'000);
    forged.value = "{\"forged\":true}";
    chain.log.put(first, forged);
    expected = "offset 2";
  }
  SUBCASE("by a log that was cut beneath the head") {
    chain.log.truncate(first, 1);
    chain.log.disturb(first, log::Disturbance::leader_changed);
    expected = "the record at offset 1, height 1, which had been read and counted, is gone or another: the log was cut underneath. `promptledger heal`";
  }
  SUBCASE("by a log that lost no more than void records, which nobody would read on from") {
    chain.duplicate();
    chain.duplicate();
    CHECK(eventually([&] { return runner.status().voids[static_cast<std::size_t>(log::VoidClass::stale_head)] == 2; }));
    chain.log.truncate(first, 3);
    expected = "the record at offset 3, behind height 1, which had been read and was void, is gone";
  }
  SUBCASE("by a reader whose place lies behind the log's end") {
    chain.log.disturb(first, log::Disturbance::offset_out_of_range);
    expected = "the log ends before offset 2";
  }
  SUBCASE("by a log that lost void records, and holds one that counts in their place") {
    chain.duplicate();
    CHECK(eventually([&] { return runner.status().voids[static_cast<std::size_t>(log::VoidClass::stale_head)] == 1; }));
    chain.log.truncate(first, 2);
    chain.append(note("a", 2, "x"));
    chain.log.disturb(first, log::Disturbance::leader_changed);
    expected = "the record at offset 2, behind height 1, which had been read and was void, is gone, or another stands there that counts";
  }
  chain.append(note("b", 1, "x"), 1);
  CHECK(eventually([&] {
    const auto status = runner.status();
    return !status.partitions.empty() && !status.partitions[0].halted.empty() && status.partitions[1].lag == 0;
  }));
  pg::Connection reader{database.settings("notes")};
  CHECK(eventually([&] { return count(reader, "note WHERE stream = 'b'") == 1; }));
  const std::lock_guard lock{mutex};
  CHECK(alarm.find(kPromptsTopic + "/0 halted: " + expected) != std::string::npos);
  CHECK(alarms == 1);
}

TEST_CASE("a head that is gone when the runner starts halts the partition") {
  Database database;
  Chain chain;
  const Notes notes;
  chain.append(note("a", 1, "x"));
  {
    Runner runner{chain.log, chain.groups, notes, quick(database)};
    CHECK(eventually([&] { return caught_up(runner); }));
  }
  chain.log.truncate({kPromptsTopic, 0}, 1);
  Runner runner{chain.log, chain.groups, notes, quick(database)};
  CHECK(eventually([&] {
    const auto status = runner.status();
    return !status.partitions.empty() && !status.partitions[0].halted.empty();
  }));
}

TEST_CASE("what is parked is tried again at every start, and when it is asked for") {
  Database database;
  Chain chain;
  const Notes notes;
  chain.append(note("a", 1, "riddle"));
  chain.append(note("a", 2, "x"));
  pg::Connection reader{database.settings("notes")};
  {
    Runner runner{chain.log, chain.groups, notes, quick(database)};
    CHECK(eventually([&] { return runner.status().parked_events == 2; }));
    SUBCASE("when it is asked for") {
      reader.script("INSERT INTO riddle_key VALUES (true)");
      runner.retry_parked();
      CHECK(eventually([&] { return runner.status().parked_streams == 0; }));
    }
  }
  reader.script("INSERT INTO riddle_key VALUES (true)");
  Runner runner{chain.log, chain.groups, notes, quick(database)};
  CHECK(eventually([&] { return count(reader, "note") == 2; }));
  CHECK(eventually([&] { return runner.status().parked_events == 0; }));
}

TEST_CASE("a model made by a newer program is left alone") {
  Database database;
  Chain chain;
  const Notes newer{2}, older{1};
  {
    Runner runner{chain.log, chain.groups, newer, quick(database)};
    CHECK(eventually([&] { return caught_up(runner); }));
  }
  chain.append(note("a", 1, "x"));
  Runner runner{chain.log, chain.groups, older, quick(database)};
  CHECK(eventually([&] { return runner.status().state == RunnerState::outdated; }));
  pg::Connection reader{database.settings("notes")};
  CHECK(count(reader, "note") == 0);
}

TEST_CASE("a model of an older version is built anew beside it") {
  Database database;
  Chain chain;
  const Notes older{1}, newer{2};
  for (std::uint64_t i = 1; i <= 100; ++i) chain.append(note("a", i, "x"));
  {
    Runner runner{chain.log, chain.groups, older, quick(database)};
    CHECK(eventually([&] { return caught_up(runner); }));
  }
  Runner runner{chain.log, chain.groups, newer, quick(database)};
  CHECK(eventually([&] { return caught_up(runner); }));
  pg::Connection reader{database.settings("notes")};
  CHECK(projections::model_version(reader, "notes") == 2);
  CHECK(count(reader, "note") == 100);
}
