#include "projections/analytics/analytics.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "domain/execution/codec.hpp"
#include "domain/execution/cost.hpp"
#include "domain/model/model.hpp"
#include "projections/analytics/queries.hpp"
#include "projections/digest.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/support/random_executions.hpp"

using namespace ledger;
using namespace ledger::test;
using model::Price;
using model::Prices;

namespace {

Timestamp at(std::int64_t hours) { return Timestamp{std::chrono::hours{450'000 + hours}}; }

Price price(std::int64_t from_hour, std::int64_t micros) { return {.valid_from = at(from_hour), .per_million_tokens = {{"input", {micros}}, {"output", {4 * micros}}}, .per_unit = {}}; }

constexpr int kExecutions = 120;

// One an hour, of two models in turn. Every third tells its cost.
execution::Recorded ran(int hour) {
  execution::Recorded one;
  one.request.request_id = "r" + std::to_string(hour);
  one.request.prompt = "p";
  one.request.version = 1;
  one.request.model = hour % 2 == 0 ? "priced" : "other";
  one.created_at = at(hour);
  one.started_at = at(hour);
  one.completed_at = at(hour);
  one.ending.usage.tokens = {{"input", 1'000'000 + static_cast<std::uint64_t>(hour)}, {"output", 7}};
  one.ending.usage.total = one.ending.usage.tokens.at("input") + 7;
  one.ending.latency_ms = 5;
  if (hour % 3 == 0) one.ending.cost = {1'000};
  return one;
}

struct Fixture {
  Database database;
  Chain chain;
  projections::AnalyticsProjection analytics;
  ByHand hand{database, chain, analytics};
  std::uint64_t changes = 0;

  template <class Event>
  void happen(std::string_view kind, const std::string& id, std::uint64_t sequence, const Event& event, const std::string& topic) {
    const EncodedEvent encoded = encode(event);
    RecordedEvent recorded;
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{kind}, id};
    recorded.sequence = sequence;
    recorded.meta = spec::meta_at(0);
    recorded.meta.occurred_at = at(kExecutions);
    recorded.partition_key = id;
    chain.append(recorded, 0, topic);
    REQUIRE(hand.catch_up() == projections::BatchOutcome::applied);
  }
  void executions() {
    for (int hour = 0; hour < kExecutions; ++hour) happen(execution::kStreamKind, "e" + std::to_string(hour), 1, execution::Event{ran(hour)}, kExecutionsTopic);
  }
  void created(const Prices& prices) { happen(model::kStreamKind, "m", ++changes, model::Event{model::Created{"priced", {}, prices}}, kPromptsTopic); }
  void changed(const Prices& from, const Prices& to) { happen(model::kStreamKind, "m", ++changes, model::Event{model::Changed{{}, model::ChangedPrices{from, to}}}, kPromptsTopic); }

  std::vector<projections::TableDigest> digests() {
    auto all = projections::digests(hand.connection, "analytics");
    std::erase_if(all, [](const auto& table) { return table.table == "checkpoint"; });
    return all;
  }
};

projections::Sum expected_cost(const Prices& prices) {
  projections::Sum sum = 0;
  for (int hour = 0; hour < kExecutions; ++hour) {
    execution::State state = execution::evolve({}, execution::Event{ran(hour)}, spec::meta_at(0));
    const auto cost = state.request.model == "priced" ? execution::priced(state, prices) : std::nullopt;
    sum += cost ? cost->total.micros : state.ending.cost.micros;
  }
  return sum;
}

}  // namespace

TEST_CASE("executions that told no cost are summed up by their model's prices, whichever was read first, and a corrected price counts them again") {
  const Prices first{price(20, 30)}, then{price(10, 30), price(60, 50)};
  const std::vector<std::function<void(Fixture&)>> orders{
      [&](Fixture& f) { f.executions(); f.created(first); f.changed(first, then); },
      [&](Fixture& f) { f.created(first); f.executions(); f.changed(first, then); },
      [&](Fixture& f) { f.created(first); f.changed(first, then); f.executions(); },
  };
  std::vector<projections::TableDigest> same;
  for (const auto& happens : orders) {
    Fixture f;
    happens(f);
    pg::Pool pool{{.connection = f.database.settings(), .size = 1}};
    projections::AnalyticsQueries queries{pool};
    const auto& workspace = spec::meta_at(0).workspace;
    CHECK((queries.total(workspace, at(0), at(kExecutions)).cost_micros == expected_cost(then)));
    CHECK((queries.ever(workspace).cost_micros == expected_cost(then)));
    if (same.empty()) same = f.digests();
    CHECK((f.digests() == same));
    CHECK(projections::rebuild({.log = f.chain.log, .connection = f.database.settings()}, f.analytics).compared);
    CHECK((f.digests() == same));
  }
  CHECK(expected_cost(first) != expected_cost(then));
}

TEST_CASE("prices that are taken back leave what was told") {
  Fixture f;
  const Prices some{price(0, 30)};
  f.executions();
  f.created(some);
  f.changed(some, {});
  pg::Pool pool{{.connection = f.database.settings(), .size = 1}};
  CHECK((projections::AnalyticsQueries{pool}.ever(spec::meta_at(0).workspace).cost_micros == expected_cost({})));
}
