#include "projections/analytics/analytics.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include "domain/execution/codec.hpp"
#include "projections/analytics/roll_ups.hpp"
#include "projections/digest.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/support/random_executions.hpp"

using namespace ledger;
using namespace ledger::test;
using execution::Event;
using execution::RandomExecutions;
using execution::State;
using execution::Status;
using projections::Grain;
using projections::Level;
using projections::Tally;

namespace {

using Rows = std::map<std::pair<std::string, Timestamp>, Tally>;  // of a level: by the series' words, and slot

struct Fixture {
  Database database;
  Chain chain;
  projections::AnalyticsProjection model;
  ByHand hand{database, chain, model};

  void apply() { REQUIRE(hand.catch_up() == projections::BatchOutcome::applied); }

  Rows rows(Level level) {
    Rows rows;
    for (const pg::Row row : hand.connection.query("SELECT concat_ws('|', s.grain, s.workspace, s.prompt_id, s.prompt_version, s.label, s.model), t.slot, " +
                                                   std::string{projections::kTallyColumns} + " FROM " + std::string{to_text(level)} +
                                                   " t JOIN series s ON s.id = t.series")) {
      rows.emplace(std::pair{std::string{row.text(0)}, row.time(1)}, projections::tally_of(row, 2));
    }
    return rows;
  }

  // All tables but the checkpoints.
  std::vector<projections::TableDigest> digests() {
    auto all = projections::digests(hand.connection, "analytics");
    std::erase_if(all, [](const auto& table) { return table.table == "checkpoint"; });
    return all;
  }

  void happen(const std::string& id, const Event& event, Timestamp when, std::int32_t partition = 0) {
    const auto encoded = encode(event);
    RecordedEvent recorded;
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{execution::kStreamKind}, id};
    recorded.sequence = ++sequences[id];
    recorded.meta = spec::meta_at(0);
    recorded.meta.occurred_at = when;
    recorded.partition_key = "execution/" + id;
    chain.append(recorded, partition, kExecutionsTopic);
  }
  std::map<std::string, std::uint64_t> sequences;
};

std::string words(const State& state, Grain grain) {
  const auto series = projections::series_of(state, grain);
  return std::string{to_text(grain)} + "|" + series.workspace + "|" + series.prompt + "|" + std::to_string(series.version) + "|" + series.label + "|" + series.model;
}

// What the tables are to hold: every execution once, as it is.
Rows expected(const std::map<std::string, State>& states, Level level) {
  Rows rows;
  for (const auto& [id, state] : states) {
    for (const Grain grain : projections::kGrains) {
      const auto levels = projections::levels_of(grain);
      if (!state.exists() || std::find(levels.begin(), levels.end(), level) == levels.end()) continue;
      rows[{words(state, grain), slot_of(level, state.created_at)}].add(projections::contribution_of(state));
    }
  }
  return rows;
}

// Where the streams of an execution are, as a partitioner would say.
std::int32_t partition_of(const RecordedEvent& event) { return static_cast<std::int32_t>(event.stream.id.back() % 2); }

execution::Request asked() {
  execution::Request request;
  request.request_id = "r";
  request.prompt = "p1";
  request.version = 1;
  request.model = "flash";
  return request;
}

execution::Ending answered(std::uint32_t latency) {
  execution::Ending ending;
  ending.usage.tokens = {{"input", 100}};
  ending.usage.total = 100;
  ending.cost = Money{2'500};
  ending.latency_ms = latency;
  return ending;
}

Timestamp at(const char* text) { return parse_rfc3339(text).value(); }

}  // namespace

TEST_CASE("every roll-up is the sum of what executions are now, however the events are cut into batches") {
  for (const std::uint32_t batch : {5U, 40U, 1'200U}) {
    CAPTURE(batch);
    Fixture f;
    RandomExecutions executions;
    std::size_t written = 0;
    for (std::uint32_t seed = 0; seed < 1'200; ++seed) {
      executions.take(seed);
      for (; written < executions.log().size(); ++written) f.chain.append(executions.log()[written], partition_of(executions.log()[written]), kExecutionsTopic);
      if (seed % batch == 0) f.apply();
    }
    f.apply();
    REQUIRE(executions.log().size() > 150);
    CHECK(f.hand.model.parked().streams == 0);
    for (const Level level : projections::kLevels) {
      CAPTURE(to_text(level));
      const Rows wanted = expected(executions.states(), level);
      CHECK((f.rows(level) == wanted));
      CHECK(wanted.size() > 1);
    }
  }
}

TEST_CASE("the tables do not depend on the order in which partitions are read, and a rebuild makes the same") {
  RandomExecutions executions;
  for (std::uint32_t seed = 0; seed < 400; ++seed) executions.take(seed);
  std::vector<projections::TableDigest> first;
  for (const int order : {0, 1}) {
    Fixture f;
    // One partition as a whole before the other, and the other way round.
    for (const std::int32_t partition : {order, 1 - order}) {
      for (const auto& event : executions.log()) {
        if (partition_of(event) == partition) f.chain.append(event, partition, kExecutionsTopic);
      }
      f.apply();
    }
    if (first.empty()) first = f.digests();
    CHECK((f.digests() == first));
    const auto report = projections::rebuild({.log = f.chain.log, .connection = f.database.settings()}, f.model);
    CHECK(report.compared);
    CHECK((f.digests() == first));
  }
}

TEST_CASE("an execution counts once, in the slot of when it was created, on its way from pending to its end") {
  Fixture f;
  const auto created = at("2026-03-31T23:59:59Z");
  const auto counted = [&](Status status) {
    f.apply();
    for (const Level level : projections::kLevels) {
      for (const auto& [key, tally] : f.rows(level)) {
        CHECK((key.second == slot_of(level, created)));
        CHECK(tally.executions() == 1);
        CHECK(tally.by_status[static_cast<std::size_t>(status)] == 1);
      }
    }
    return f.rows(Level::month).begin()->second;
  };
  f.happen("e", execution::Requested{asked()}, created);
  CHECK(counted(Status::pending).latency_min_ms == 0);
  f.happen("e", execution::Started{}, at("2026-04-01T00:20:00Z"));
  (void)counted(Status::running);
  f.happen("e", execution::LogAppended{execution::LogLevel::info, "x", {"{}"}}, at("2026-04-01T00:21:00Z"));
  (void)counted(Status::running);
  f.happen("e", execution::Completed{answered(840)}, at("2026-04-01T01:00:00Z"));
  CHECK((counted(Status::completed).cost_micros == 2'500));
  f.happen("e", execution::Validated{{execution::Validation::passed, {}}}, at("2026-04-01T02:00:00Z"));
  const auto passed = counted(Status::completed);
  CHECK(passed.by_validation[static_cast<std::size_t>(execution::Validation::passed)] == 1);
  f.happen("e", execution::Validated{{execution::Validation::failed, {}}}, at("2026-04-02T02:00:00Z"));
  const auto failed = counted(Status::completed);
  CHECK(failed.by_validation[static_cast<std::size_t>(execution::Validation::passed)] == 0);
  CHECK((failed.latency_sum_ms == 840 && failed.latency_max_ms == 840 && failed.latencies.count() == 1 && failed.tokens_total == 100));
}

TEST_CASE("an execution that comes late lands in its own slot and leaves the others alone") {
  Fixture f;
  const auto whole = [](const char* created) {
    return execution::Recorded{.request = asked(), .status = Status::completed, .created_at = at(created), .started_at = at(created), .completed_at = at(created), .ending = answered(10), .checked = {}};
  };
  f.happen("new", whole("2026-06-01T12:00:00Z"), at("2026-06-01T12:00:00Z"));
  f.apply();
  f.happen("old", whole("1999-12-31T23:59:00Z"), at("2026-06-01T12:00:01Z"));
  f.happen("between", whole("2026-06-01T11:59:59.999999Z"), at("2026-06-01T12:00:02Z"));
  f.apply();
  std::vector<std::string> slots;
  for (const auto& [key, tally] : f.rows(Level::quarter)) {
    slots.push_back(to_rfc3339(key.second).substr(0, 16));
    CHECK(tally.executions() == 1);
  }
  CHECK((slots == std::vector<std::string>{"1999-12-31T23:45", "2026-06-01T11:45", "2026-06-01T12:00"}));
  CHECK(f.rows(Level::day).size() == 2 * projections::kGrains.size());
}

TEST_CASE("a batch that is applied twice changes nothing") {
  Fixture f;
  f.happen("e", execution::Requested{asked()}, at("2026-06-01T12:00:00Z"));
  const auto batch = f.hand.read();
  REQUIRE(f.hand.model.apply(batch.counted, batch.to) == projections::BatchOutcome::applied);
  const auto before = f.digests();
  projections::Model other{f.hand.connection, f.model};  // who thinks that nothing was applied yet
  CHECK(other.apply(batch.counted, batch.to) == projections::BatchOutcome::lost_race);
  CHECK((f.digests() == before));
}

TEST_CASE("processes that apply partitions at the same time add to the same rows without losing any") {
  constexpr int kEach = 150;
  Fixture f;
  for (int n = 0; n < 2 * kEach; ++n) {
    f.happen("e" + std::to_string(n), execution::Requested{asked()}, at("2026-06-01T12:00:00Z"), n % 2);
  }
  const auto apply_one = [&](std::int32_t partition) {
    pg::Connection connection{f.database.settings("analytics")};
    projections::Model model{connection, f.model};
    projections::Follower follower{f.chain.log, {{.partition = {kExecutionsTopic, partition}}}, {}};
    for (int applied = 0; applied < kEach;) {
      const auto batch = follower.next({.max_records = 3});
      if (model.apply(batch.counted, batch.to) != projections::BatchOutcome::applied) return;
      applied += static_cast<int>(std::ranges::count_if(batch.counted, [](const auto& one) { return one.event.has_value(); }));
    }
  };
  std::thread other{apply_one, 1};
  apply_one(0);
  other.join();
  for (const Level level : projections::kLevels) {
    for (const auto& [key, tally] : f.rows(level)) CHECK(tally.executions() == 2 * kEach);
  }
}

TEST_CASE("a second latency is parked: the least and the greatest could not be taken back") {
  Fixture f;
  for (const char* id : {"bad", "good"}) {
    f.happen(id, execution::Requested{asked()}, at("2026-06-01T12:00:00Z"));
    f.happen(id, execution::Started{}, at("2026-06-01T12:00:01Z"));
    f.happen(id, execution::Completed{answered(840)}, at("2026-06-01T12:00:02Z"));
  }
  f.happen("bad", execution::Completed{answered(20)}, at("2026-06-01T12:00:03Z"));
  f.happen("bad", execution::Validated{{execution::Validation::passed, {}}}, at("2026-06-01T12:00:04Z"));
  f.apply();
  CHECK((f.hand.model.parked().streams == 1 && f.hand.model.parked().events == 2));
  const auto tally = f.rows(Level::month).begin()->second;
  CHECK((tally.executions() == 2 && tally.latency_min_ms == 840));
}
