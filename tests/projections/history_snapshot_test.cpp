#include <doctest/doctest.h>

#include "projections/history/history.hpp"
#include "projections/history/snapshot.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;

namespace {

struct Fixture {
  Database database;
  Chain chain;
  projections::HistoryProjection history;
  ByHand hand{database, chain, history};
  pg::Connection connection{database.settings()};
};

using Names = std::vector<std::string>;

Names names_of_kind(projections::HistorySnapshot& snapshot, const std::string& workspace, const std::string& kind) {
  Names names;
  snapshot.kind(workspace, kind, [&](const RecordedEvent& event) { names.push_back(event.stream.id + ":" + std::to_string(event.sequence)); });
  return names;
}

}  // namespace

TEST_CASE("a snapshot gives the streams of a kind one after the other, of one workspace") {
  Fixture f;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    f.chain.append(note("b", sequence, "x"));
    f.chain.append(note("a", sequence, "x"), 1);
    f.chain.append(note("c", sequence, "x", "w2"));
  }
  auto other = note("z", 1, "x");
  other.stream.kind = "other";
  f.chain.append(other);
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);
  projections::HistorySnapshot snapshot(f.connection);
  CHECK(names_of_kind(snapshot, "w1", "note") == Names{"a:1", "a:2", "a:3", "b:1", "b:2", "b:3"});
  CHECK(names_of_kind(snapshot, "w2", "note") == Names{"c:1", "c:2", "c:3"});
  CHECK(names_of_kind(snapshot, "w1", "not").empty());
  Names one;
  snapshot.stream("w1", {"note", "b"}, [&](const RecordedEvent& event) { one.push_back(event.meta.event_id); });
  CHECK(one == Names{"b-1", "b-2", "b-3"});
  CHECK(snapshot.workspace_of({"note", "c"}) == "w2");
  CHECK_FALSE(snapshot.workspace_of({"note", "d"}).has_value());
  CHECK(snapshot.ledger() == kLedgerId);
}

TEST_CASE("what is recorded meanwhile is not in a snapshot") {
  Fixture f;
  f.chain.append(note("a", 1, "x"));
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);
  projections::HistorySnapshot snapshot(f.connection);
  const auto reached = snapshot.reached();
  f.chain.append(note("a", 2, "x"));
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);
  CHECK(names_of_kind(snapshot, "w1", "note") == Names{"a:1"});
  CHECK(snapshot.reached() == reached);
}

TEST_CASE("a snapshot of a history without a log says what to do") {
  Fixture f;
  projections::HistorySnapshot snapshot(f.connection);
  CHECK_THROWS_WITH_AS(snapshot.ledger(), doctest::Contains("start the ledger"), std::runtime_error);
}

TEST_CASE("more events than are read at once come one after the other, looked up by the index of streams") {
  Fixture f;
  f.connection.script(R"sql(INSERT INTO history.event
    SELECT 'promptledger.log.prompts', 0, n, n, 0, now(), '', '', '', e.headers, e.value, 'e' || n, 'note/' || lpad((n / 10)::text, 6, '0'), 1 + n % 10, 't', 'w1', 'a', '', NULL, NULL, now(), '{}'
    FROM generate_series(1, 30000) n, (SELECT ''::bytea AS headers, ''::bytea AS value) e)sql");
  f.connection.script("ANALYZE history.event");
  std::string plan;
  for (const pg::Row row : f.connection.query(R"sql(EXPLAIN SELECT stream, sequence, headers, value FROM history.event
      WHERE (stream, sequence) > ($2, $3) AND stream >= $4 AND stream <= $5 AND workspace = $1 ORDER BY stream, sequence LIMIT $6)sql",
                                              pg::Params{std::string("w1"), std::string("note/000100"), std::int64_t{3}, std::string("note/"), std::string("note0"), std::int64_t{2'000}})) {
    plan += std::string{row.text(0)} + "\n";
  }
  CAPTURE(plan);
  CHECK(plan.find("event_stream on event") != std::string::npos);
  CHECK(plan.find("Seq Scan") == std::string::npos);
}
