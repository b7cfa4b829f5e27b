#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "domain/time.hpp"
#include "projections/analytics/analytics.hpp"
#include "projections/analytics/sums.hpp"
#include "projections/executions/executions.hpp"
#include "tests/projections/model_fixture.hpp"

using namespace ledger;
using namespace ledger::test;
using projections::Grain;

namespace {

// Three hundred series of the finest grain, each with two hundred slots.
constexpr const char* kFill = R"sql(
  INSERT INTO series SELECT sha256(n::text::bytea), 'finest', 'w1', 'p' || n % 50, 1 + n / 50, '', 'flash' FROM generate_series(1, 300) n;
  INSERT INTO quarter SELECT s.id, timestamptz '2026-01-01Z' + q * interval '15 minutes', 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, ''
    FROM series s, generate_series(1, 200) q)sql";

}  // namespace

TEST_CASE("the edges of a period that begins and ends within an hour are looked up, not searched for in all quarters") {
  Database database;
  pg::Connection connection{database.settings("analytics")};
  connection.allow(std::chrono::minutes{10});
  projections::create_model(connection, projections::AnalyticsProjection{}, "analytics", projections::Indexes::now);
  projections::create_model(connection, projections::ExecutionsProjection{}, "executions", projections::Indexes::now);
  connection.script(kFill);
  connection.script("ANALYZE");
  const projections::Selection selection{.workspace = "w1"};
  const auto pieces = projections::pieces_of(selection, *parse_rfc3339("2026-01-01T00:30:00Z"), *parse_rfc3339("2026-01-02T20:45:00Z"));
  int of_quarters = 0;
  for (const auto& query : projections::row_queries(selection, pieces)) {
    std::string plan;
    for (const pg::Row row : connection.query("EXPLAIN " + query.sql, query.params)) plan += std::string{row.text(0)} + "\n";
    if (plan.find(" on quarter ") == std::string::npos) continue;
    ++of_quarters;
    CAPTURE(plan);
    CHECK(plan.find("Scan using quarter_pkey on quarter") != std::string::npos);
    CHECK(plan.find("Seq Scan on quarter") == std::string::npos);
  }
  CHECK(of_quarters == 1);
}
