#include <doctest/doctest.h>

#include <map>
#include <random>
#include <regex>
#include <set>

#include "projections/history/changes.hpp"
#include "projections/history/history.hpp"
#include "projections/history/queries.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::ChangedStream;
using projections::ChangeWindow;
using projections::Clock;

namespace {

Timestamp at(std::int64_t seconds) { return Timestamp{std::chrono::seconds{1'600'000'000 + seconds}}; }

struct Fixture {
  Database database;
  Chain chain;
  projections::HistoryProjection history;
  ByHand hand{database, chain, history};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::HistoryQueries queries{pool};
  projections::ChangeQueries changes{pool};

  // A stream whose events happened at these times, in this order.
  void tell(const StreamId& stream, const std::vector<std::int64_t>& times, const std::string& workspace = "w1") {
    std::uint64_t sequence = 0;
    for (const auto time : times) {
      auto event = note(stream.id, ++sequence, "x", workspace);
      event.stream = stream;
      event.meta.occurred_at = at(time);
      event.meta.actor = time % 2 == 0 ? "ann" : "bob";
      chain.append(event, workspace == "w1" ? 0 : 1);
    }
  }

  std::vector<ChangedStream> all_pages(const ChangeWindow& window, int limit) {
    std::vector<ChangedStream> all;
    std::optional<projections::ChangeMark> after;
    do {
      auto page = changes.page("w1", window, after, limit);
      CHECK(static_cast<int>(page.streams.size()) <= limit);
      all.insert(all.end(), page.streams.begin(), page.streams.end());
      after = page.next;
    } while (after);
    return all;
  }
};

using Spans = std::map<std::string, std::pair<std::uint64_t, std::uint64_t>>;

Spans spans_of(const std::vector<ChangedStream>& streams) {
  Spans spans;
  for (const auto& changed : streams) CHECK(spans.emplace(changed.stream.text(), std::pair{changed.before, changed.after}).second);
  return spans;
}

// The event asked about is e, whatever number the planner gives it.
std::string explain(pg::Connection& connection, const projections::PageQuery& query) {
  std::string plan;
  for (const pg::Row row : connection.query("EXPLAIN " + query.sql, query.params)) plan += std::string{row.text(0)} + "\n";
  return std::regex_replace(plan, std::regex{"e_[0-9]+[.]"}, "e.");
}

}  // namespace

TEST_CASE("the streams that changed between two moments are those whose version differs, by either clock") {
  Fixture f;
  std::mt19937 random{7};
  std::vector<StreamId> streams;
  for (int n = 0; n < 40; ++n) {
    std::vector<std::int64_t> times;
    std::int64_t time = random() % 100;
    for (int k = 0, most = 1 + static_cast<int>(random() % 12); k < most; ++k) {
      times.push_back(time);
      time += static_cast<std::int64_t>(random() % 30) - 5;  // now and then something happened earlier than what came before it
    }
    streams.push_back({n % 3 == 0 ? "song" : "note", "s" + std::to_string(n)});
    f.tell(streams.back(), times);
  }
  f.tell({"note", "elsewhere"}, {1, 2, 3}, "w2");
  REQUIRE(f.hand.catch_up() == projections::BatchOutcome::applied);

  const auto recorded = [&](std::size_t event) { return Timestamp{std::chrono::microseconds{1'700'000'000'000'000 + 1'000 * static_cast<std::int64_t>(event)}}; };
  for (int round = 0; round < 60; ++round) {
    CAPTURE(round);
    const auto clock = round % 2 == 0 ? Clock::recorded : Clock::occurred;
    ChangeWindow window{.clock = clock};
    const auto a = random() % 300, b = random() % 300;
    window.from = clock == Clock::recorded ? recorded(std::min(a, b)) : at(static_cast<std::int64_t>(std::min(a, b)) - 20);
    window.to = clock == Clock::recorded ? recorded(std::max(a, b)) : at(static_cast<std::int64_t>(std::max(a, b)) - 20);
    if (round % 5 == 0) window.kind = "song";
    Spans want;
    std::int64_t changes = 0, begun = 0;
    for (const auto& stream : streams) {
      if (window.kind && stream.kind != *window.kind) continue;
      const auto before = f.queries.version_at("w1", stream, {.as_of = window.from, .clock = clock});
      const auto after = f.queries.version_at("w1", stream, {.as_of = window.to, .clock = clock});
      if (before == after) continue;
      want.emplace(stream.text(), std::pair{before, after});
      changes += static_cast<std::int64_t>(after - before);
      begun += before == 0 ? 1 : 0;
    }
    const auto got = f.all_pages(window, 1 + static_cast<int>(random() % 10));
    CHECK((spans_of(got) == want));
    for (std::size_t n = 1; n < got.size(); ++n) {
      CHECK((std::pair{got[n - 1].first.at, got[n - 1].first.position} < std::pair{got[n].first.at, got[n].first.position}));
    }
    const auto summary = f.changes.summary("w1", window);
    std::int64_t of_kinds = 0, of_streams = 0, of_begun = 0, of_actors = 0;
    for (const auto& kind : summary.kinds) {
      of_kinds += kind.changes;
      of_streams += kind.streams;
      of_begun += kind.begun;
    }
    for (const auto& by : summary.changes) of_actors += by.changes;
    CHECK(of_kinds == changes);
    CHECK(of_actors == changes);
    CHECK(of_streams == static_cast<std::int64_t>(want.size()));
    CHECK(of_begun == begun);
  }
}

TEST_CASE("what changed between two moments is looked up by its clock's index, and each stream by its own") {
  Fixture f;
  f.hand.connection.allow(std::chrono::minutes{10});
  f.hand.connection.script("ALTER TABLE event SET (autovacuum_enabled = false)");
  f.hand.connection.script(R"sql(
    INSERT INTO event (topic, partition, height, log_offset, append_time_ms, recorded_at, hash, prevhash, key, headers, value, event_id, stream, sequence, type, workspace, actor,
                       correlation_id, occurred_at, tags)
    SELECT 'promptledger.log.prompts', 0, n, n, 0, timestamptz '2026-01-01Z' + n * interval '1 minute', ''::bytea, ''::bytea, ''::bytea, ''::bytea, ''::bytea, n::text,
           'note/' || n % 5000, 1 + n / 5000, 't', 'w' || n % 7, 'a', '', timestamptz '2025-01-01Z' + n * interval '1 minute', '{}'
    FROM generate_series(1, 60000) n)sql");
  SUBCASE("when the planner knows the table") { f.hand.connection.script("ANALYZE"); }
  SUBCASE("when it does not yet, as after an import") {}
  for (const auto clock : {Clock::recorded, Clock::occurred}) {
    const std::string year = clock == Clock::recorded ? "2026" : "2025";
    const ChangeWindow window{.from = *parse_rfc3339(year + "-01-10T00:00:00Z"), .to = *parse_rfc3339(year + "-01-11T00:00:00Z"), .clock = clock};
    const projections::ChangeMark mark{window.from, {{"promptledger.log.prompts", 0}, 1}};
    for (const auto& query : {projections::changed_streams_query("w1", window, {}, 50), projections::changed_streams_query("w1", window, mark, 50),
                              projections::change_summary_query("w1", window)}) {
      const auto plan = explain(f.hand.connection, query);
      CAPTURE(plan);
      CHECK(plan.find(clock == Clock::recorded ? "event_workspace" : "event_occurred") != std::string::npos);
      CHECK(plan.find("Index Cond: ((stream = e.stream) AND (sequence > e.sequence))") != std::string::npos);
      CHECK(plan.find(clock == Clock::recorded ? "Index Cond: ((stream = e.stream) AND (sequence = (e.sequence - 1)))"
                                               : "Index Cond: ((stream = e.stream) AND (sequence < e.sequence))") != std::string::npos);
      CHECK(plan.find("Seq Scan") == std::string::npos);
    }
  }
}
