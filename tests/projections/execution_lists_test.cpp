#include <doctest/doctest.h>

#include <chrono>
#include <map>
#include <string>

#include "projections/executions/executions.hpp"
#include "projections/executions/queries.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/plans.hpp"

using namespace ledger;
using namespace ledger::test;
using execution::Status;
using projections::ExecutionFilter;

namespace {

// A workspace among others, with few that run or failed (but many more than a page: sorting a handful is no slower than walking an index), spread
// over twenty users and fifty prompts.
constexpr const char* kFill = R"sql(
  INSERT INTO execution
  SELECT 'e' || n, 'w' || n % 3, 1, 'ann', 'r' || n, 'p' || n % 50, 1, '', '', 'normal', '', 'flash', '{}', '', '{}', 'u' || n % 20, '', '', '',
    status, '', '', CASE status WHEN 'failed' THEN 'quota' ELSE '' END, '{}', 0, 0, NULL, 'pending', NULL, 0, at, at, at,
    CASE status WHEN 'running' THEN NULL ELSE at END
  FROM (SELECT n, timestamptz '2026-01-01' + n * interval '7 seconds' AS at,
      CASE WHEN n % 50 = 0 THEN 'running' WHEN n % 50 = 1 THEN 'failed' WHEN n % 11 = 2 THEN 'cancelled' ELSE 'completed' END AS status
    FROM generate_series(1, 100000) n) of)sql";

}  // namespace

TEST_CASE("every list of executions walks down the index that is made for it, and sorts nothing") {
  Database database;
  pg::Connection connection{database.settings("executions")};
  connection.allow(std::chrono::minutes{10});
  const projections::ExecutionsProjection model;
  projections::create_model(connection, model, "executions", projections::Indexes::later);
  connection.script(kFill);
  connection.script(model.indexes_sql());
  connection.script("ANALYZE execution");
  const std::map<std::string, ExecutionFilter> by_index{
      {"execution_created", {}},
      {"execution_user_status", {.status = Status::cancelled, .user = "u1"}},
      {"execution_user", {.user = "u1"}},
      {"execution_status", {.status = Status::cancelled}},
      {"execution_prompt", {.prompt = "p1"}},
      {"execution_running", {.status = Status::running}},
      {"execution_failed", {.status = Status::failed}},
  };
  for (const auto& [index, filter] : by_index) {
    const auto found = plan_of(connection, projections::execution_page_query("w1", filter, projections::TimeOrder::newest_first, {}, 50));
    CAPTURE(found);
    CHECK(found.find("Index Scan Backward using " + index + " on execution") != std::string::npos);
    CHECK(found.find("Sort") == std::string::npos);
  }
}
