#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>

#include "projections/audit/audit.hpp"
#include "projections/audit/queries.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/plans.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::AuditFilter;
using projections::AuditPlace;
using projections::Clock;
using projections::TimeOrder;

namespace {

// A workspace among three, 300,000 events, most of them of executions; one in five has a reason, one reason in two thousand a word of its own.
constexpr const char* kFill = R"sql(
  INSERT INTO entry
  SELECT 'promptledger.log.executions', n % 8, n, 'w' || n % 3, timestamptz '2026-01-01Z' + n * interval '7 seconds', timestamptz '2025-01-01Z' + (n * 7919::int8 % 300000) * interval '7 seconds',
    'api-key/' || n % 200, CASE n % 20 WHEN 0 THEN 'prompt' WHEN 1 THEN 'model' ELSE 'execution' END, 'execution/' || n / 3, 'type-' || n % 30,
    CASE WHEN n % 4 <> 0 THEN 'p' || n % 500 END, 'request-' || n / 2, CASE WHEN n % 5 = 0 THEN 'because of a change' || CASE WHEN n % 2000 = 5 THEN ' unheard' ELSE '' END END
  FROM generate_series(1, 300000) n)sql";

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
  connection.script("ANALYZE entry");
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
  SUBCASE("words are looked for among the reasons nearby, then by their own index") {
    for (const auto clock : {Clock::recorded, Clock::occurred}) {
      const AuditFilter filter{.words = "unheard", .clock = clock};
      const auto nearby = plan_of(connection, projections::audit_nearby_query("w1", filter, TimeOrder::newest_first, {}, 50));
      CAPTURE(nearby);
      CHECK(has(nearby, clock == Clock::recorded ? "Backward using entry_reasoned on entry" : "Backward using entry_reasoned_occurred on entry"));
      CHECK_FALSE(has(nearby, "Sort"));
      const auto words = plan_of(connection, projections::audit_words_query("w1", filter, TimeOrder::newest_first, {}, 50));
      CAPTURE(words);
      CHECK(has(words, "Bitmap Index Scan on entry_words"));
    }
  }
}
