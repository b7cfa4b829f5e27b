#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "projections/digest.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/notes.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::BatchOutcome;

namespace {

std::vector<std::string> values(pg::Connection& connection) {
  std::vector<std::string> out;
  for (const pg::Row row : connection.query("SELECT stream || ':' || sequence FROM note ORDER BY 1"))
    out.emplace_back(row.text(0));
  return out;
}
using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("a batch and its checkpoint are committed together, and only once") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand first{database, chain, notes}, second{database, chain, notes};
  chain.append(note("a", 1, "x"));
  chain.append(note("b", 1, "x"), 1);
  chain.barrier();

  const auto batch = first.read();
  const auto same = second.read();
  REQUIRE(batch.counted.size() == 5);  // with two genesis records
  CHECK(first.model.apply(batch.counted, batch.to) == BatchOutcome::applied);
  CHECK(second.model.apply(same.counted, same.to) == BatchOutcome::lost_race);
  CHECK(values(first.connection) == Values{"a:1", "b:1"});

  SUBCASE("whoever lost reads the checkpoints again and goes on") {
    second.model.reload();
    CHECK(second.model.at() == first.model.at());
    chain.append(note("a", 2, "x"));
    CHECK(second.catch_up() == BatchOutcome::applied);
    CHECK(first.catch_up() == BatchOutcome::lost_race);
    CHECK(values(first.connection) == Values{"a:1", "a:2", "b:1"});
  }
  SUBCASE("a void record moves the offset and nothing else") {
    chain.duplicate();
    const auto height = first.model.at().at({kPromptsTopic, 0}).head.height;
    CHECK(first.catch_up() == BatchOutcome::applied);
    CHECK(first.model.at().at({kPromptsTopic, 0}).head.height == height);
    CHECK(first.model.at().at({kPromptsTopic, 0}).next_offset == chain.log.ends({kPromptsTopic, 0}, kSoon)->end);
    CHECK(projections::load_checkpoints(first.connection) == first.model.at());
  }
}

TEST_CASE("two that apply the same batch at the very same time: one waits, one wins") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand first{database, chain, notes}, second{database, chain, notes};
  for (std::uint64_t i = 1; i <= 200; ++i) chain.append(note("a", i, "x"));
  const auto batch = first.read();
  std::atomic<int> applied = 0, lost = 0;
  {
    std::vector<std::jthread> threads;
    for (auto* hand : {&first, &second}) {
      threads.emplace_back(
          [&, hand] { ++(hand->model.apply(batch.counted, batch.to) == BatchOutcome::applied ? applied : lost); });
    }
  }
  CHECK(applied == 1);
  CHECK(lost == 1);
  CHECK(values(first.connection).size() == 200);
}

TEST_CASE("an event that cannot be applied parks its stream, and nothing else") {
  std::string bad;
  SUBCASE("by PostgreSQL's word") { bad = "poison"; }
  SUBCASE("by the model's word") { bad = "riddle"; }
  Database database;
  Chain chain;
  const Notes notes;
  ByHand hand{database, chain, notes};
  for (std::uint64_t i = 1; i <= 5; ++i) {
    chain.append(note("good", i, "x"));
    chain.append(note("sick", i, i == 3 ? bad : "x"));
    chain.append(note("other", i, "x"), 1);
  }
  CHECK(hand.catch_up() == BatchOutcome::applied);
  CHECK(hand.connection.query("SELECT stream, count(*) FROM note GROUP BY 1").size() == 3);
  CHECK(hand.connection.query("SELECT 1 FROM note WHERE stream = 'sick'").size() == 2);
  CHECK(hand.model.parked().streams == 1);
  CHECK(hand.model.parked().events == 3);

  // Later ones queue behind it, in batches of their own too.
  chain.append(note("sick", 6, "x"));
  chain.append(note("good", 6, "x"));
  CHECK(hand.catch_up() == BatchOutcome::applied);
  CHECK(hand.connection.query("SELECT 1 FROM note WHERE stream = 'good'").size() == 6);
  CHECK(hand.model.parked().events == 4);
  CHECK(projections::load_checkpoints(hand.connection).at({kPromptsTopic, 0}).next_offset ==
        chain.log.ends({kPromptsTopic, 0}, kSoon)->end);

  CHECK(hand.model.retry_parked() == 0);  // nothing has changed
  CHECK(hand.model.parked().events == 4);
  CHECK_FALSE(hand.connection.query("SELECT error FROM parked_stream")[0].text(0).empty());

  hand.connection.script("ALTER TABLE note DROP CONSTRAINT no_poison; INSERT INTO riddle_key VALUES (true)");
  CHECK(hand.model.retry_parked() == 4);
  CHECK(hand.model.parked().streams == 0);
  CHECK(hand.model.parked().events == 0);
  CHECK(hand.connection.query("SELECT 1 FROM note WHERE stream = 'sick'").size() == 6);
  chain.append(note("sick", 7, "x"));
  CHECK(hand.catch_up() == BatchOutcome::applied);
  CHECK(hand.connection.query("SELECT 1 FROM note WHERE stream = 'sick'").size() == 7);
}

TEST_CASE("several streams of one batch are parked, each behind its own first bad event") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand hand{database, chain, notes};
  for (std::uint64_t i = 1; i <= 40; ++i) {
    chain.append(note("a", i, i == 7 ? "poison" : "x"));
    chain.append(note("b", i, i == 30 ? "poison" : "x"));
    chain.append(note("c", i, i == 20 ? "riddle" : "x"));
    chain.append(note("d", i, "x"));
  }
  CHECK(hand.catch_up() == BatchOutcome::applied);
  const auto rows = hand.connection.query("SELECT stream, max(sequence), count(*) FROM note GROUP BY 1 ORDER BY 1");
  REQUIRE(rows.size() == 4);
  const std::int64_t last[] = {6, 29, 19, 40};
  for (int i = 0; i < 4; ++i) {
    CHECK(rows[i].number(1) == last[i]);
    CHECK(rows[i].number(2) == last[i]);
  }
  CHECK(hand.model.parked().streams == 3);
  CHECK(hand.model.parked().events == (40 - 6) + (40 - 29) + (40 - 19));
}

TEST_CASE("a record whose envelope cannot be read is parked, and the rest goes on") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand hand{database, chain, notes};
  chain.append_record({"ws/w1", {{"ce_type", "nonsense"}, {"ce_subject", "note/x"}}, "not JSON"});
  chain.append(note("a", 1, "x"));
  CHECK(hand.catch_up() == BatchOutcome::applied);
  CHECK(values(hand.connection) == Values{"a:1"});
  CHECK(hand.model.parked().streams == 1);
  CHECK(hand.connection.query("SELECT stream FROM parked_stream")[0].text(0) == "note/x");
}

TEST_CASE("a model of another version is left alone") {
  Database database;
  Chain chain;
  const Notes old{1};
  ByHand hand{database, chain, old};
  chain.append(note("a", 1, "x"));
  CHECK(hand.catch_up() == BatchOutcome::applied);
  // Another process put a newer model in its place.
  hand.connection.script("UPDATE model SET version = 2");
  chain.append(note("a", 2, "x"));
  CHECK(hand.catch_up() == BatchOutcome::lost_race);
  CHECK(values(hand.connection) == Values{"a:1"});
}

TEST_CASE("a committed batch is told to whoever listens") {
  Database database;
  Chain chain;
  const Notes notes;
  ByHand hand{database, chain, notes};
  pg::Connection listener{database.settings()};
  listener.listen(projections::notification_channel("notes"));
  const auto position = chain.append(note("a", 1, "x"), 1);
  CHECK(hand.catch_up() == BatchOutcome::applied);
  const auto heard = listener.notifications(kSoon);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].payload.find(kPromptsTopic + "/1/" + std::to_string(position.height)) != std::string::npos);
}
