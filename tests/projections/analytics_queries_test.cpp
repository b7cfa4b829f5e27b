#include "projections/analytics/queries.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "projections/analytics/analytics.hpp"
#include "projections/executions/executions.hpp"
#include "projections/prompt_catalog/prompt_catalog.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/support/random_executions.hpp"

using namespace ledger;
using namespace ledger::test;
using execution::RandomExecutions;
using execution::State;
using projections::GroupBy;
using projections::Step;
using projections::Tally;

namespace {

const std::string kWorkspace = "w1";

Timestamp at(const char* text) { return parse_rfc3339(text).value(); }

struct Fixture {
  Database database;
  Chain chain;
  projections::AnalyticsProjection analytics_model;
  projections::ExecutionsProjection executions_model;
  projections::PromptCatalogProjection catalog_model;
  ByHand analytics{database, chain, analytics_model};
  ByHand executions{database, chain, executions_model};
  ByHand catalog{database, chain, catalog_model};
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  projections::AnalyticsQueries queries{pool};

  // All that becomes of some random executions.
  RandomExecutions live(std::uint32_t seeds) {
    RandomExecutions lived;
    for (std::uint32_t seed = 0; seed < seeds; ++seed) lived.take(seed);
    for (const auto& event : lived.log()) chain.append(event, 0, kExecutionsTopic);
    apply();
    return lived;
  }
  void apply() {
    for (auto* hand : {&analytics, &executions}) {
      REQUIRE(hand->catch_up() == projections::BatchOutcome::applied);
      REQUIRE(hand->model.parked().streams == 0);
    }
  }
  std::vector<std::string> bounds(const char* from, const char* until, const char* step, const std::string& zone, std::int64_t most = 100) {
    std::vector<std::string> texts;
    for (const auto bound : queries.bounds(at(from), at(until), projections::parse_step(step).value(), zone, most)) texts.push_back(to_rfc3339(bound).substr(0, 16));
    return texts;
  }
};

std::string key_of(const State& state, GroupBy group_by) {
  switch (group_by) {
    case GroupBy::prompt: return state.request.prompt;
    case GroupBy::version: return std::to_string(state.request.version);
    case GroupBy::label: return state.request.label;
    case GroupBy::model: return state.request.model;
    default: return "";
  }
}

using Sums = std::map<std::string, std::vector<Tally>>;

// The same by looking at every execution.
Sums expected(const RandomExecutions& executions, const projections::UsageQuestion& question) {
  Sums sums;
  for (const auto& [id, state] : executions.states()) {
    const auto& bounds = question.bounds;
    if (!state.exists() || state.created_at < bounds.front() || state.created_at >= bounds.back()) continue;
    if (question.prompt && state.request.prompt != *question.prompt) continue;
    auto& points = sums[key_of(state, question.group_by)];
    points.resize(bounds.size() - 1);
    points[static_cast<std::size_t>(std::upper_bound(bounds.begin(), bounds.end(), state.created_at) - bounds.begin() - 1)].add(projections::contribution_of(state));
  }
  return sums;
}

Sums told(projections::AnalyticsQueries& queries, const projections::UsageQuestion& question) {
  Sums sums;
  for (auto& group : queries.usage(question)) sums[group.key] = group.points;
  if (question.group_by == GroupBy::nothing && sums[""] == std::vector<Tally>(question.bounds.size() - 1)) sums.clear();
  return sums;
}

}  // namespace

TEST_CASE("the sums of any points, of any group, are those of looking at every execution") {
  Fixture f;
  const RandomExecutions executions = f.live(900);

  const Timestamp begin = spec::meta_at(0).occurred_at;
  std::mt19937 random{5};
  for (int n = 0; n < 60; ++n) {
    projections::UsageQuestion question{.workspace = kWorkspace, .bounds = {}};
    question.group_by = std::array{GroupBy::nothing, GroupBy::prompt, GroupBy::version, GroupBy::label, GroupBy::model}[static_cast<std::size_t>(n) % 5];
    if (question.group_by == GroupBy::version || n % 7 == 0) question.prompt = "p1";
    question.singly = n % 11 == 0;
    std::set<Timestamp> bounds;
    while (bounds.size() < 2 + random() % 5) {
      const std::chrono::microseconds after{static_cast<std::int64_t>(random() % 3'600'000'000U) * 1'000};
      // Half of them where a slot begins.
      bounds.insert(random() % 2 == 0 ? begin + after : projections::slot_of(projections::kLevels[random() % 4], begin + after));
    }
    question.bounds.assign(bounds.begin(), bounds.end());
    CAPTURE(n);
    CHECK((told(f.queries, question) == expected(executions, question)));
  }
  CHECK((f.queries.ever(kWorkspace) == expected(executions, {.workspace = kWorkspace, .bounds = {begin, begin + std::chrono::days{100}}})[""].front()));
  CHECK(f.queries.ever("w2").executions() == 0);

  Tally all;
  for (const auto& [series, tally] : f.queries.of_prompt(kWorkspace, "p1", begin, begin + std::chrono::days{100})) all.merge(tally);
  CHECK((all == expected(executions, {.workspace = kWorkspace, .prompt = "p1", .bounds = {begin, begin + std::chrono::days{100}}})[""].front()));
}

TEST_CASE("the greatest groups are told, and the others together") {
  Fixture f;
  (void)f.live(600);
  const Timestamp begin = spec::meta_at(0).occurred_at;
  projections::UsageQuestion question{.workspace = kWorkspace, .group_by = GroupBy::prompt, .bounds = {begin, begin + std::chrono::days{100}}};
  const auto all = f.queries.usage(question);
  REQUIRE(all.size() == 3);
  CHECK(std::ranges::is_sorted(all, std::ranges::greater{}, [](const auto& group) { return group.points[0].executions(); }));
  question.groups_most = 1;
  const auto some = f.queries.usage(question);
  REQUIRE(some.size() == 2);
  CHECK((some[0].key == all[0].key && some[0].points == all[0].points && !some[0].others));
  Tally rest = all[1].points[0];
  rest.merge(all[2].points[0]);
  CHECK((some[1].others && some[1].points[0] == rest));
  question.others = false;
  CHECK(f.queries.usage(question).size() == 1);
}

TEST_CASE("percentiles through the model are within 2 % of the exact ones, and sums are exact") {
  constexpr int kExecutions = 4'000;
  Fixture f;
  std::mt19937_64 random{11};
  std::vector<std::uint32_t> latencies;
  std::int64_t tokens = 0, micros = 0;
  for (int n = 0; n < kExecutions; ++n) {
    double sum = 0;
    for (int i = 0; i < 12; ++i) sum += static_cast<double>(random() % 1'000) / 1'000;
    execution::Recorded event;
    event.request.request_id = "r";
    event.request.prompt = "p" + std::to_string(n % 7);
    event.request.version = 1;
    event.request.model = "flash";
    event.created_at = at("2026-01-01T00:00:00Z") + std::chrono::seconds{static_cast<std::int64_t>(random() % (365 * 86'400))};
    event.started_at = event.completed_at = event.created_at;
    event.ending.latency_ms = static_cast<std::uint32_t>(std::exp(sum));
    event.ending.usage.total = random() % 100'000;
    event.ending.cost = Money{static_cast<std::int64_t>(random() % 3'000'000)};
    latencies.push_back(*event.ending.latency_ms);
    tokens += static_cast<std::int64_t>(event.ending.usage.total);
    micros += event.ending.cost.micros;

    const auto encoded = execution::encode(execution::Event{event});
    RecordedEvent recorded;
    recorded.type = encoded.type;
    recorded.data = encoded.data;
    recorded.stream = {std::string{execution::kStreamKind}, "e" + std::to_string(n)};
    recorded.sequence = 1;
    recorded.meta = spec::meta_at(0);
    recorded.partition_key = recorded.stream.text();
    f.chain.append(recorded, n % 2, kExecutionsTopic);
    if (n % 1'000 == 999) REQUIRE(f.analytics.catch_up() == projections::BatchOutcome::applied);
  }
  while (!f.analytics.read().empty()) REQUIRE(f.analytics.catch_up() == projections::BatchOutcome::applied);
  const Tally year = f.queries.total(kWorkspace, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"));
  CHECK(year.executions() == kExecutions);
  CHECK((year.tokens_total == tokens && year.cost_micros == micros));
  std::sort(latencies.begin(), latencies.end());
  CHECK((year.latency_min_ms == latencies.front() && year.latency_max_ms == latencies.back()));
  for (const int share : {500, 950, 990}) {
    const double truth = latencies[static_cast<std::size_t>(kExecutions * share / 1'000) - 1];
    CAPTURE(share);
    CHECK(std::abs(year.latency_per_mille(share).value() - truth) <= 0.02 * truth);
  }
}

TEST_CASE("steps are read as they are written, and nothing else is one") {
  for (const char* text : {"1m", "15m", "1h", "36h", "1d", "2w", "1mo"}) {
    REQUIRE(projections::parse_step(text).has_value());
    CHECK(to_text(*projections::parse_step(text)) == text);
  }
  for (const char* text : {"", "m", "0d", "-1d", "1", "1y", "1 d", "d1", "1dd", "1.5h", "+1d", "99999999999d", "2147483647mo"}) CHECK_FALSE(projections::parse_step(text).has_value());
  CHECK(projections::is_finer_than_slots({20, Step::Unit::minute}));
  CHECK_FALSE(projections::is_finer_than_slots({30, Step::Unit::minute}));
  CHECK_FALSE(projections::is_finer_than_slots({1, Step::Unit::hour}));
}

TEST_CASE("points begin by the clocks of a zone") {
  Fixture f;
  using Texts = std::vector<std::string>;
  CHECK((f.bounds("2026-03-28T23:00:00Z", "2026-03-30T22:00:00Z", "1d", "Europe/Berlin") == Texts{"2026-03-28T23:00", "2026-03-29T22:00", "2026-03-30T22:00"}));
  // Within days: six hours count from midnight, also on a day of 23 hours.
  CHECK((f.bounds("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "6h", "Europe/Berlin") ==
         Texts{"2026-03-28T23:00", "2026-03-29T05:00", "2026-03-29T11:00", "2026-03-29T17:00", "2026-03-29T22:00"}));
  CHECK((f.bounds("2026-01-15T00:00:00Z", "2026-03-15T00:00:00Z", "1mo", "Asia/Kolkata") ==
         Texts{"2026-01-15T00:00", "2026-01-31T18:30", "2026-02-28T18:30", "2026-03-15T00:00"}));
  CHECK((f.bounds("2026-11-01T00:00:00Z", "2026-11-10T00:00:00Z", "1w", "UTC") == Texts{"2026-11-01T00:00", "2026-11-02T00:00", "2026-11-09T00:00", "2026-11-10T00:00"}));
  CHECK(f.bounds("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "1d", "UTC").empty());
  CHECK(f.bounds("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "1m", "UTC", 5).size() == 7);
  CHECK(f.queries.is_zone("Europe/Berlin"));
  CHECK_FALSE(f.queries.is_zone("Mars/Olympus"));
}
