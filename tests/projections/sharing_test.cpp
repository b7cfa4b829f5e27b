#include <doctest/doctest.h>

#include <atomic>
#include <set>

#include "tests/projections/chain.hpp"
#include "tests/projections/notes.hpp"
#include "tests/projections/runner_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::Runner;
using projections::RunnerState;

namespace {

const std::string kGroup = "promptledger.projection.notes";

std::size_t mine(const Runner& runner) {
  std::size_t count = 0;
  for (const auto& partition : runner.status().partitions) count += partition.mine ? 1 : 0;
  return count;
}

std::int64_t rows(const Database& database, const std::string& table) {
  pg::Connection reader{database.settings("notes")};
  return count(reader, table);
}

// Notes that say where they were applied, and that can be made to fail.
class WatchedNotes final : public projections::Projection {
 public:
  explicit WatchedNotes(int version = 1) : notes_{version} {}
  std::string_view name() const override { return notes_.name(); }
  int version() const override { return notes_.version(); }
  std::vector<std::string_view> topics() const override { return notes_.topics(); }
  std::string_view tables_sql() const override { return notes_.tables_sql(); }
  std::vector<projections::Refusal> apply(pg::Connection& connection, std::span<const projections::Applied> batch) const override {
    if (broken) throw std::runtime_error{"broken"};
    const std::string schema{connection.query("SELECT current_schema()")[0].text(0)};
    (schema == "notes" ? live : beside) += batch.size();
    return notes_.apply(connection, batch);
  }

  std::atomic<bool> broken = false;
  mutable std::atomic<std::size_t> live = 0, beside = 0;   // records applied, by the schema they went to

 private:
  Notes notes_;
};

// Writes notes of one stream per partition.
class Writer {
 public:
  explicit Writer(Chain& chain) : chain_{chain} {}
  void write(int count) {
    for (int n = 0; n < count; ++n) {
      const auto partition = static_cast<std::int32_t>(written % 2);
      chain_.append(note("stream" + std::to_string(partition), written / 2 + 1, "x"), partition);
      ++written;
    }
  }
  std::uint64_t written = 0;

 private:
  Chain& chain_;
};

}  // namespace

TEST_CASE("runners share the partitions, and each knows how far the whole model is") {
  Database database;
  Chain chain;
  Writer writer{chain};
  const Notes notes;
  Runner first{chain.log, chain.groups, notes, quick(database, "first")};
  writer.write(100);
  CHECK(eventually([&] { return caught_up(first) && mine(first) == 2; }));
  Runner second{chain.log, chain.groups, notes, quick(database, "second")};
  CHECK(eventually([&] { return mine(first) == 1 && mine(second) == 1; }));
  writer.write(100);
  wait_for_all(database, chain, "notes");
  CHECK(eventually([&] { return second.status().applied > 0 && caught_up(first) && caught_up(second); }));
  CHECK(first.status().share.handed_over == 1);
  CHECK(first.status().lost_races + second.status().lost_races == 0);

  first.stop();
  CHECK(eventually([&] { return mine(second) == 2; }));
  writer.write(100);
  wait_for_all(database, chain, "notes");
  CHECK(eventually([&] { return first.status().applied + second.status().applied == 302; }));   // with two genesis records
  CHECK(rows(database, "note") == 300);
}

TEST_CASE("a runner that was replaced and does not know it applies nothing a second time") {
  Database database;
  Chain chain;
  Writer writer{chain};
  const Notes notes;
  Runner first{chain.log, chain.groups, notes, quick(database, "first")};
  Runner second{chain.log, chain.groups, notes, quick(database, "second")};
  CHECK(eventually([&] { return mine(first) == 1 && mine(second) == 1; }));

  chain.groups.expire(kGroup, "first");
  CHECK(eventually([&] { return mine(second) == 2; }));
  CHECK(mine(first) == 1);
  for (int round = 0; round < 50; ++round) {
    writer.write(20);
    std::this_thread::sleep_for(2ms);
  }
  wait_for_all(database, chain, "notes");
  CHECK(eventually([&] { return first.status().applied + second.status().applied == writer.written + 2; }));

  chain.groups.wake(kGroup, "first");
  CHECK(eventually([&] { return mine(first) == 1 && mine(second) == 1; }));
  CHECK(first.status().share.lost == 1);
  writer.write(100);
  wait_for_all(database, chain, "notes");
  CHECK(eventually([&] { return first.status().applied + second.status().applied == writer.written + 2; }));
  CHECK(rows(database, "note") == static_cast<std::int64_t>(writer.written));
  CHECK(rows(database, "parked_event") == 0);
}

TEST_CASE("a partition is handed over when the batch at hand is done, not before") {
  Database database;
  Chain chain;
  Writer writer{chain};
  const Notes notes;
  auto patient = quick(database, "first");
  patient.connection.lock_timeout_ms = 30'000ms;
  Runner first{chain.log, chain.groups, notes, patient};
  writer.write(10);
  CHECK(eventually([&] { return caught_up(first) && mine(first) == 2; }));

  pg::Connection blocker{database.settings("notes")};
  auto held = std::make_optional<pg::Transaction>(blocker);
  blocker.script("LOCK TABLE note IN ACCESS EXCLUSIVE MODE");
  writer.write(10);
  pg::Connection watcher{database.settings()};
  CHECK(eventually([&] { return watcher.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE '%notes' AND datname = current_database()").size() == 1; }));
  Runner second{chain.log, chain.groups, notes, quick(database, "second")};
  CHECK(eventually([&] { return first.status().share.changes == 2; }));   // it is asked for one
  std::this_thread::sleep_for(200ms);
  CHECK(mine(first) == 2);
  CHECK(mine(second) == 0);

  held.reset();
  CHECK(eventually([&] { return mine(first) == 1 && mine(second) == 1; }));
  wait_for_all(database, chain, "notes");
  CHECK(first.status().lost_races + second.status().lost_races == 0);
  CHECK(first.status().share.handing_over >= 200ms);
}

TEST_CASE("who cannot work for long leaves what he has to the others") {
  Database database;
  Chain chain;
  Writer writer{chain};
  WatchedNotes broken;
  const Notes notes;
  auto hasty = quick(database, "first");
  hasty.member.session_timeout_ms = 100ms;
  Runner first{chain.log, chain.groups, broken, hasty};
  Runner second{chain.log, chain.groups, notes, quick(database, "second")};
  CHECK(eventually([&] { return mine(first) == 1 && mine(second) == 1; }));
  broken.broken = true;
  writer.write(100);
  wait_for_all(database, chain, "notes");
  CHECK(first.status().applied <= 2);                 // a genesis record or two
  CHECK(first.status().backed_off > 0);
  CHECK(rows(database, "note") == 100);
}

TEST_CASE("a model that is not there is built beside when the log is long") {
  Database database;
  Chain chain;
  Writer writer{chain};
  writer.write(200);
  WatchedNotes notes;
  auto settings = quick(database, "first");
  settings.long_log_records = 100;
  Runner runner{chain.log, chain.groups, notes, settings};
  CHECK(eventually([&] { return caught_up(runner); }));
  CHECK(notes.beside.load() == 202);
  CHECK(notes.live.load() == 0);
  writer.write(10);
  CHECK(eventually([&] { return notes.live == 10; }));
}

TEST_CASE("of several processes with a new version one builds, and those with the old one go on until then") {
  Database database;
  Chain chain;
  Writer writer{chain};
  writer.write(200);
  const Notes older{1};
  WatchedNotes newer{2};
  Runner old{chain.log, chain.groups, older, quick(database, "old")};
  CHECK(eventually([&] { return caught_up(old); }));

  Runner first{chain.log, chain.groups, newer, quick(database, "first")};
  Runner second{chain.log, chain.groups, newer, quick(database, "second")};
  CHECK(eventually([&] { return mine(first) == 1 && mine(second) == 1 && old.status().state == RunnerState::outdated; }));
  CAPTURE(first.status().last_error);
  CAPTURE(second.status().last_error);
  CHECK(newer.beside.load() == 202);
  writer.write(100);
  wait_for_all(database, chain, "notes");
  CHECK(newer.live.load() == 100);
  const auto members = chain.groups.members(kGroup, 1s);
  REQUIRE(members);
  CHECK(members->size() == 2);                        // an outdated process takes nothing
}
