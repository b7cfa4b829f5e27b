#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>

#include "projections/audit/audit.hpp"
#include "projections/audit/queries.hpp"
#include "projections/audit/word_search.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/plans.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::AuditFilter;
using projections::AuditPlace;
using projections::Clock;
using projections::TimeOrder;

namespace {

// A workspace among three, 300,000 events, most of them of executions; one in five has a reason of two words that all have, and one in two thousand of these a word of its own.
constexpr const char* kFill = R"sql(
  INSERT INTO entry
  SELECT 'promptledger.log.executions', n % 8, n, 'w' || n % 3, timestamptz '2026-01-01Z' + n * interval '7 seconds', timestamptz '2025-01-01Z' + (n * 7919::int8 % 300000) * interval '7 seconds',
    'api-key/' || n % 200, CASE n % 20 WHEN 0 THEN 'prompt' WHEN 1 THEN 'model' ELSE 'execution' END, 'execution/' || n / 3, 'type-' || n % 30,
    CASE WHEN n % 4 <> 0 THEN 'p' || n % 500 END, 'request-' || n / 2
  FROM generate_series(1, 300000) n;
  INSERT INTO reason_word SELECT word, recorded_at, occurred_at, height, partition, topic FROM entry, words_of(workspace, 'a change' || CASE WHEN height % 2000 = 5 THEN ' unheard' ELSE '' END) AS word WHERE height % 5 = 0)sql";

bool has(const std::string& plan, const std::string& words) { return plan.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("every filter of the audit trail walks the index that is made for it, in both orders and at any depth, and sorts nothing") {
  Database database;
  pg::Connection connection{database.settings("audit")};
  connection.allow(std::chrono::minutes{10});
  const projections::AuditProjection model;
  projections::create_model(connection, model, "audit", projections::Indexes::later);
  connection.script(kFill);
  connection.script(model.indexes_sql());
  connection.script("VACUUM ANALYZE entry, reason_word");
  const auto middle = parse_rfc3339("2026-01-10T00:00:00Z");
  const std::map<std::string, AuditFilter> by_index{
      {"entry_recorded", {}},
      {"entry_occurred", {.clock = Clock::occurred}},
      {"entry_actor", {.actor = "api-key/7"}},
      {"entry_kind", {.kind = "prompt"}},
      {"entry_type", {.type = "type-7"}},
      {"entry_stream", {.stream = "execution/700"}},
      {"entry_prompt", {.prompt = "p7"}},
      {"entry_correlation", {.correlation = "request-700"}},
  };
  for (const auto& [index, filter] : by_index) {
    for (const auto order : {TimeOrder::newest_first, TimeOrder::oldest_first}) {
      for (const auto& after : {std::optional<AuditPlace>{}, std::optional{AuditPlace{*middle, {{"promptledger.log.executions", 3}, 1'000}}}}) {
        const auto found = plan_of(connection, projections::audit_page_query("w1", filter, order, after, 50));
        CAPTURE(found);
        CHECK(has(found, (order == TimeOrder::newest_first ? "Index Scan Backward using " : "Index Scan using ") + index + " on entry"));
        CHECK_FALSE(has(found, "Sort"));
      }
    }
  }

  SUBCASE("periods bound the walk") {
    const auto found = plan_of(connection, projections::audit_page_query("w1", {.from = *middle, .until = *middle + std::chrono::hours{1}}, TimeOrder::newest_first, {}, 50));
    CAPTURE(found);
    CHECK(has(found, "using entry_recorded on entry"));
    CHECK(has(found, "recorded_at >="));
    CHECK_FALSE(has(found, "Filter:"));
  }
  SUBCASE("words are walked along their index, and all else is looked up by its place, by either clock, in both orders and at any depth") {
    const std::optional<AuditPlace> places[] = {std::nullopt, AuditPlace{*middle, {{"promptledger.log.executions", 3}, 1'000}}};
    for (const auto clock : {Clock::recorded, Clock::occurred}) {
      const std::string recorded_or_occurred = clock == Clock::recorded ? "recorded" : "occurred";
      for (const auto order : {TimeOrder::newest_first, TimeOrder::oldest_first}) {
        const std::string scan = order == TimeOrder::newest_first ? "Index Only Scan Backward using " : "Index Only Scan using ";
        for (const auto& after : places) {
          const projections::WordSearch search{connection, "w1", {.kind = "prompt", .words = "unheard change", .clock = clock}, order};
          REQUIRE(search.lists() == 3);
          for (const std::size_t word : {0U, 1U}) {
            const auto walk = plan_of(connection, search.walk_query(word, after, 2'500, 50));
            CAPTURE(walk);
            CHECK(has(walk, scan + "reason_word_" + recorded_or_occurred + " on reason_word"));
            CHECK(has(walk, "Index Only Scan using reason_word_" + recorded_or_occurred + " on reason_word r"));
            CHECK(has(walk, clock == Clock::recorded ? "Index Scan using entry_kind on entry e" : "Index Scan using entry_occurred on entry e"));
            CHECK_FALSE(has(walk, "Filter: (height"));
            CHECK_FALSE(has(walk, "Sort"));
            CHECK_FALSE(has(walk, "Hash"));
          }
          const auto reach = plan_of(connection, search.reach_query(after, 2'500));
          CAPTURE(reach);
          CHECK(has(reach, scan + "reason_word_" + recorded_or_occurred + " on reason_word"));
          CHECK(has(reach, scan + "entry_kind on entry"));
          CHECK_FALSE(has(reach, "Sort"));
        }
      }
    }
  }
  SUBCASE("a filter is walked along its index when fewer events pass it than have the word; by times of occurrence it is read whole, and sorted") {
    const std::map<std::string, AuditFilter> filters{
        {"entry_actor", {.actor = "api-key/7"}}, {"entry_stream", {.stream = "execution/700"}}, {"entry_prompt", {.prompt = "p7"}}, {"entry_correlation", {.correlation = "request-700"}}};
    for (auto [index, filter] : filters) {
      filter.words = "change";
      const auto walk = plan_of(connection, projections::WordSearch{connection, "w1", filter, TimeOrder::newest_first}.walk_query(1, {}, 2'500, 50));
      CAPTURE(walk);
      CHECK(has(walk, "Index Only Scan Backward using " + index + " on entry"));
      CHECK_FALSE(has(walk, "Sort"));
      filter.clock = Clock::occurred;
      const auto sorted = plan_of(connection, projections::WordSearch{connection, "w1", filter, TimeOrder::newest_first}.walk_query(1, {}, 2'500, 50));
      CAPTURE(sorted);
      CHECK(has(sorted, index));
      CHECK(has(sorted, "Sort"));
      CHECK_FALSE(has(sorted, "Hash"));
    }
  }
}
