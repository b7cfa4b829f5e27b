#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "domain/time.hpp"
#include "projections/executions/executions.hpp"
#include "projections/executions/queries.hpp"
#include "projections/feedback/feedback.hpp"
#include "projections/feedback/queries.hpp"
#include "projections/history/history.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/plans.hpp"

using namespace ledger;
using namespace ledger::test;

namespace {

constexpr const char* kEvents = R"sql(
  INSERT INTO event SELECT 'promptledger.log.prompts', n % 8, n, n, 0, timestamptz '2026-01-01Z' + n * interval '1 second', '', '', '', '', '', 'e' || n, 'prompt/' || n % 900, n, 'type', 'w1', 'ann', 'r' || n,
    NULL, NULL, timestamptz '2026-01-01Z', '{}' FROM generate_series(1, 100000) n;
  INSERT INTO event_tag SELECT substr(sha256((n % 300)::text::bytea), 1, 16), 'promptledger.log.prompts', n % 8, n FROM generate_series(1, 100000) n)sql";

constexpr const char* kExecutions = R"sql(
  INSERT INTO execution
  SELECT 'e' || n, 'w' || n % 3, 1, 'ann', 'r' || n, 'p' || n % 50, 1 + n % 4, 'production', '', 'normal', '', 'flash', '{}', '', '{}', 'u' || n % 20, '', '', '',
    'completed', '', '', '', '{}', 0, 0, NULL, 'pending', NULL, 0, at, at, at, at
  FROM (SELECT n, timestamptz '2026-01-01Z' + n * interval '7 seconds' AS at FROM generate_series(1, 100000) n) of)sql";

constexpr const char* kScores = R"sql(
  INSERT INTO score SELECT 's' || n, 'score', 's' || n, '', 'w' || n % 3, 1, 'execution', 'e' || n, 'p' || n % 50, 1 + n % 4, 'n', 'numeric', 1, NULL, '', '', '', '', 'api', '', '', 0, 'ann', timestamptz '2026-01-01Z', NULL
  FROM generate_series(1, 100000) n)sql";

void fill(Database& database, const projections::Projection& model, const char* sql) {
  pg::Connection connection{database.settings(std::string{model.name()})};
  connection.allow(std::chrono::minutes{10});
  projections::create_model(connection, model, std::string{model.name()}, projections::Indexes::later);
  connection.script(sql);
  connection.script(model.indexes_sql());
  connection.script("ANALYZE");
}

bool has(const std::string& plan, const std::string& words) { return plan.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("events are found by their places and by a tag without looking at any others") {
  Database database;
  fill(database, projections::HistoryProjection{}, kEvents);
  pg::Connection connection{database.settings()};
  const std::vector<std::string> topics{"promptledger.log.prompts", "promptledger.log.prompts"};
  const auto at = plan_of_statement(connection, "history.at", pg::Params{topics, std::vector<std::int32_t>{1, 2}, std::vector<std::int64_t>{1, 2}});
  CAPTURE(at);
  CHECK(has(at, "Index Scan using event_pkey on event"));
  CHECK_FALSE(has(at, "Seq Scan"));
  const auto digest = projections::tag_digest("ws/w1", "label/production");
  const auto tagged = plan_of_statement(connection, "history.tagged", pg::Params{pg::Bytes{digest}, "promptledger.log.prompts", std::int32_t{2}, std::int64_t{7}, std::int64_t{100}});
  CAPTURE(tagged);
  CHECK(has(tagged, "using event_tag_pkey on event_tag"));
  CHECK(has(tagged, "Index Scan using event_pkey on event"));
  CHECK_FALSE(has(tagged, "Seq Scan"));
}

TEST_CASE("what a label served is counted from its prompt's executions in that time, and their scores one by one") {
  Database database;
  fill(database, projections::ExecutionsProjection{}, kExecutions);
  fill(database, projections::FeedbackProjection{}, kScores);
  pg::Connection connection{database.settings()};
  const auto from = *parse_rfc3339("2026-01-03T00:00:00Z");
  const pg::Params served{"w1", "p7", std::int32_t{4}, "production", from, from + std::chrono::hours{12}};
  const auto reach = plan_of_statement(connection, "executions.reach", served);
  CAPTURE(reach);
  CHECK(has(reach, "execution_prompt"));
  CHECK_FALSE(has(reach, "Seq Scan"));
  const auto scores = plan_of_statement(connection, "feedback.scores_of_served", served);
  CAPTURE(scores);
  CHECK(has(scores, "execution_prompt"));
  CHECK(has(scores, "score_target"));
  CHECK_FALSE(has(scores, "Seq Scan"));

  // As kExecutions and kScores made them.
  std::int64_t executions = 0;
  std::set<int> users;
  for (int n = 1; n <= 100'000; ++n) {
    const auto at = *parse_rfc3339("2026-01-01T00:00:00Z") + std::chrono::seconds{7 * n};
    if (n % 3 != 1 || n % 50 != 7 || n % 4 != 3 || at < from || at >= from + std::chrono::hours{12}) continue;
    ++executions;
    users.insert(n % 20);
  }
  REQUIRE(executions > 5);
  pg::Pool pool{{.connection = database.settings(), .size = 1}};
  const projections::Served question{"p7", 4, "production", from, from + std::chrono::hours{12}};
  const auto reached = projections::ExecutionQueries{pool}.reach("w1", question);
  CHECK(reached.users == static_cast<std::int64_t>(users.size()));
  CHECK(reached.sessions == 0);
  const auto said = projections::FeedbackQueries{pool}.scores_of("w1", question);
  REQUIRE(said.size() == 1);
  CHECK(said[0].name == "n");
  CHECK(said[0].count == executions);
  CHECK(said[0].average == whole_score(1));
  CHECK(projections::FeedbackQueries{pool}.scores_of("w9", question).empty());
}
