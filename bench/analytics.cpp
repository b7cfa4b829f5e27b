// A year of executions in the roll-ups: how long its summary takes and by which plan, how fast the models are rebuilt, how large
// they are, and by which indexes lists of executions are answered:
//   bench/run analytics [executions in the roll-ups, 10000000] [rebuilt, 100000] [in lists, 1000000]
// Rebuilds read a log in memory. The year is added to the roll-ups by the projection's own code, without events and without the
// rows of single executions, which it would take hours to make; the rebuilt ones show that both come to the same tables.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "bench/fill/synthetic_executions.hpp"
#include "projections/analytics/queries.hpp"
#include "projections/analytics/roll_ups.hpp"
#include "projections/analytics/sums.hpp"
#include "projections/digest.hpp"
#include "projections/executions/queries.hpp"
#include "projections/model.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"
#include "tests/projections/chain.hpp"
#include "tests/support/postgres.hpp"

namespace {

using namespace ledger;
using bench::SyntheticExecutions;
using Steady = std::chrono::steady_clock;

constexpr std::uint64_t kAtOnce = 100'000;
constexpr std::uint64_t kFoldAtOnce = 2'000;
constexpr int kAsked = 50;
constexpr std::chrono::minutes kPatience{30};

double seconds_since(Steady::time_point begin) { return std::chrono::duration<double>(Steady::now() - begin).count(); }

pg::ConnectionSettings patient(const test::Database& database, const std::string& schema) {
  auto settings = database.settings(schema);
  settings.statement_timeout_ms = settings.idle_in_transaction_timeout_ms = kPatience;
  return settings;
}

double size_mb(pg::Connection& connection, const std::string& schema, const std::string& table) {
  const auto rows = connection.query("SELECT pg_total_relation_size($1::text::regclass)", pg::Params{schema + "." + table});
  return static_cast<double>(rows[0].number(0)) / 1e6;
}

void add_year(pg::Connection& connection, const SyntheticExecutions& year) {
  const auto begin = Steady::now();
  for (std::uint64_t first = 0; first < year.size(); first += kAtOnce) {
    projections::RollUps roll_ups;
    for (std::uint64_t n = first; n < std::min(first + kAtOnce, year.size()); ++n) roll_ups.move({}, {.version = 1, .state = year.state(n), .priced = {}});
    pg::Transaction transaction{connection};
    roll_ups.write(connection);
    transaction.commit();
  }
  connection.script("VACUUM ANALYZE");
  std::printf("%llu executions added to the roll-ups in %.0f s\n", static_cast<unsigned long long>(year.size()), seconds_since(begin));
}

void make(pg::Connection& connection, std::string_view name, projections::Indexes indexes) {
  projections::create_model(connection, *projections::find(name), std::string{name}, indexes);
}

// Tables by name and digest, but for those of single executions and of the model itself.
std::vector<projections::TableDigest> roll_up_digests(pg::Connection& connection) {
  auto all = projections::digests(connection, "analytics");
  std::erase_if(all, [](const auto& one) {
    return one.table != "series" && std::ranges::none_of(projections::kLevels, [&](auto level) { return to_text(level) == one.table; });
  });
  return all;
}

void measure_rebuilds(std::uint64_t executions) {
  const SyntheticExecutions year{executions};
  test::Chain chain{1};
  for (std::uint64_t n = 0; n < executions; ++n) chain.append(year.event(n), 0, test::kExecutionsTopic);
  const test::Database database;
  for (const auto* name : {"executions", "analytics"}) {
    const auto report = projections::rebuild({.log = chain.log, .connection = database.settings()}, *projections::find(name));
    std::printf("rebuild %-12s %8.0f executions/s (with indexes, digests and swap %.0f)\n", name, static_cast<double>(report.records) / report.build_seconds,
                static_cast<double>(report.records) / report.seconds);
  }
  pg::Connection connection{patient(database, "")};
  const double million = 1e6 / static_cast<double>(executions);
  std::printf("a million executions: executions.execution %.0f MB, analytics.execution %.0f MB\n", million * size_mb(connection, "executions", "execution"),
              million * size_mb(connection, "analytics", "execution"));

  const test::Database again;
  pg::Connection other{patient(again, "analytics")};
  make(other, "analytics", projections::Indexes::now);
  add_year(other, year);
  std::printf("roll-ups added without events are those of the rebuild: %s\n", roll_up_digests(connection) == roll_up_digests(other) ? "yes" : "NO");
}

void show_plans(pg::Connection& connection, const projections::Selection& selection, Timestamp from, Timestamp until) {
  for (const auto& query : projections::row_queries(selection, projections::pieces_of(selection, from, until))) {
    for (const pg::Row row : connection.query("EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) " + query.sql, query.params)) std::printf("    %s\n", std::string{row.text(0)}.c_str());
  }
}

template <class Ask>
void time_question(const std::string& what, Ask ask) {
  std::vector<double> ms;
  for (int i = 0; i < kAsked; ++i) {
    const auto begin = Steady::now();
    ask();
    ms.push_back(seconds_since(begin) * 1e3);
  }
  std::ranges::sort(ms);
  std::printf("%-86s p50 %6.1f ms, p90 %6.1f ms\n", what.c_str(), ms[kAsked / 2], ms[kAsked * 9 / 10]);
}

void measure_year(std::uint64_t executions) {
  const SyntheticExecutions year{executions};
  const test::Database database;
  pg::Connection connection{patient(database, "analytics")};
  make(connection, "analytics", projections::Indexes::now);
  for (const auto* name : {"executions", "prompt_catalog"}) make(connection, name, projections::Indexes::now);
  add_year(connection, year);
  for (const auto level : projections::kLevels) {
    const std::string table{to_text(level)};
    const auto rows = connection.query("SELECT count(*) FROM analytics." + table)[0].number(0);
    std::printf("%-8s %9lld rows, %6.0f MB\n", table.c_str(), static_cast<long long>(rows), size_mb(connection, "analytics", table));
  }

  pg::Pool pool{{.connection = database.settings(), .size = 1}};
  projections::AnalyticsQueries queries{pool};
  const auto from = SyntheticExecutions::begin(), until = from + std::chrono::days{365};
  const std::string workspace = SyntheticExecutions::workspace();
  const auto total = queries.total(workspace, from, until);
  std::printf("the year: %lld executions, $%s, p50 %u ms, p95 %u ms, p99 %u ms\n", static_cast<long long>(total.executions()), projections::to_money_text(total.cost_micros).c_str(),
              total.latency_per_mille(500).value_or(0), total.latency_per_mille(950).value_or(0), total.latency_per_mille(990).value_or(0));
  const auto uneven_from = from + std::chrono::minutes{17 * 60 + 35}, uneven_until = until - std::chrono::minutes{9 * 60 + 50};
  const auto top = [&](Timestamp begin, Timestamp end) {
    (void)queries.usage({.workspace = workspace, .group_by = projections::GroupBy::prompt, .bounds = {begin, end}, .others = false});
  };
  time_question("the year's sums", [&] { (void)queries.total(workspace, from, until); });
  time_question("the year's ten greatest prompts", [&] { top(from, until); });
  time_question("the sums of a year that begins and ends at no day", [&] { (void)queries.total(workspace, uneven_from, uneven_until); });
  time_question("its ten greatest prompts", [&] { top(uneven_from, uneven_until); });
  const auto prompt = year.state(0).request.prompt;
  time_question("a prompt's year by version, label and model", [&] { (void)queries.of_prompt(workspace, prompt, from, until); });
  const auto days = queries.bounds(from, until, {1, projections::Step::Unit::day}, "Europe/Berlin", 400);
  time_question("365 days of Berlin", [&] { (void)queries.usage({.workspace = workspace, .bounds = days}); });
  time_question("365 days of Berlin by model", [&] { (void)queries.usage({.workspace = workspace, .group_by = projections::GroupBy::model, .bounds = days}); });

  std::printf("plans of the year's sums:\n");
  show_plans(connection, {.workspace = workspace, .grain = projections::Grain::workspace}, from, until);
  std::printf("plans of the year that begins and ends at no day:\n");
  show_plans(connection, {.workspace = workspace, .grain = projections::Grain::workspace}, uneven_from, uneven_until);

  // What the same would take without coarser slots and grains.
  const auto begin = Steady::now();
  const projections::Selection finest{.workspace = workspace, .grain = projections::Grain::finest};
  const projections::Piece quarters[] = {{projections::Level::quarter, from, until}};
  std::printf("for comparison, the year's count from quarters of the finest grain alone: %lld", static_cast<long long>([&] {
                std::int64_t all = 0;
                for (const auto& [word, count] : projections::count_by(connection, finest, quarters, "model")) all += count;
                return all;
              }()));
  std::printf(" in %.1f s\n", seconds_since(begin));
}

void measure_lists(std::uint64_t executions) {
  const SyntheticExecutions year{executions};
  const test::Database database;
  pg::Connection connection{patient(database, "executions")};
  make(connection, "executions", projections::Indexes::later);
  const auto begin = Steady::now();
  for (std::uint64_t first = 0; first < executions; first += kFoldAtOnce) {
    projections::FoldedStreams<execution::State> batch;
    for (std::uint64_t n = first; n < std::min(first + kFoldAtOnce, executions); ++n) {
      auto state = year.state(n);
      if (n % 5'000 == 0) {  // some still run
        state.status = execution::Status::running;
        state.completed_at.reset();
        state.ending = {};
      }
      batch.emplace(year.id(n), projections::Folded<execution::State>{{}, std::move(state), 0});
    }
    projections::write_executions(connection, batch);
  }
  connection.script(projections::find("executions")->indexes_sql());
  connection.script("VACUUM ANALYZE execution");
  std::printf("%llu executions written in %.0f s: %.0f MB with indexes\n", static_cast<unsigned long long>(executions), seconds_since(begin), size_mb(connection, "executions", "execution"));
  const auto one = year.state(0);
  const struct {
    const char* what;
    projections::ExecutionFilter filter;
  } lists[] = {{"all, newest first", {}},
               {"user and status", {.status = execution::Status::completed, .user = one.request.user}},
               {"user, newest first", {.user = one.request.user}},
               {"status, newest first", {.status = execution::Status::completed}},
               {"prompt, newest first", {.prompt = one.request.prompt}},
               {"running only", {.status = execution::Status::running}},
               {"failed only", {.status = execution::Status::failed}}};
  for (const auto& list : lists) {
    const auto query = projections::execution_page_query(SyntheticExecutions::workspace(), list.filter, projections::TimeOrder::newest_first, {}, 50);
    std::printf("%s\n", list.what);
    for (const pg::Row row : connection.query("EXPLAIN (ANALYZE, COSTS OFF, SUMMARY OFF) " + query.sql, query.params)) std::printf("    %s\n", std::string{row.text(0)}.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto argument = [&](int place, std::uint64_t usual) { return argc > place ? std::stoull(argv[place]) : usual; };
    measure_rebuilds(argument(2, 100'000));
    std::fflush(stdout);
    measure_lists(argument(3, 1'000'000));
    std::fflush(stdout);
    measure_year(argument(1, 10'000'000));
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_analytics: %s\n", fault.what());
    return 1;
  }
}
