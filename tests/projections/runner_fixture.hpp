#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/positions.hpp"
#include "projections/runner.hpp"
#include "tests/projections/chain.hpp"
#include "tests/support/postgres.hpp"

// How tests run runners: quickly, and waited for.
namespace ledger::test {

using namespace std::chrono_literals;

inline projections::RunnerSettings quick(const Database& database, const std::string& member = "a") {
  projections::RunnerSettings settings;
  settings.member.member = member;
  settings.connection = database.settings();
  settings.batch.first_wait_ms = 10ms;
  settings.batch.max_records = 50;
  settings.look_every_ms = 10ms;
  settings.backoff_first_ms = 5ms;
  settings.backoff_max_ms = 50ms;
  return settings;
}

inline bool eventually(const std::function<bool()>& holds) {
  for (const auto deadline = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < deadline;) {
    if (holds()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

inline bool caught_up(const projections::Runner& runner) {
  const auto status = runner.status();
  if (status.state != projections::RunnerState::running || status.partitions.empty()) return false;
  for (const auto& partition : status.partitions) {
    if (!partition.end || partition.lag != 0 || partition.next_offset != *partition.end) return false;
  }
  return true;
}

inline std::int64_t count(pg::Connection& connection, const std::string& what) {
  return connection.query("SELECT count(*) FROM " + what)[0].number(0);
}

// Returns when the model has everything that was written to these topics, whoever applied it.
inline void wait_for_all(const Database& database, Chain& chain, std::string_view model,
                         const std::vector<std::string>& topics = {kPromptsTopic}) {
  pg::Pool pool{{.connection = database.settings()}};
  projections::ModelPositions positions{pool, std::string{model}};
  std::vector<log::Position> wanted;
  for (const auto& topic : topics) {
    for (const std::int32_t number : {0, 1}) wanted.push_back({{topic, number}, chain.head(number, topic).height});
  }
  REQUIRE(positions.wait_until(wanted, std::chrono::steady_clock::now() + 20s).empty());
}
inline void wait_for_all(const Database& database, Chain& chain, const projections::Projection& projection) {
  std::vector<std::string> topics;
  for (const auto topic : projection.topics()) topics.push_back("promptledger." + std::string{topic});
  wait_for_all(database, chain, projection.name(), topics);
}

}  // namespace ledger::test
