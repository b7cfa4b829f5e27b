#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/analytics/series.hpp"
#include "projections/analytics/steps.hpp"
#include "projections/analytics/tally.hpp"

namespace ledger::projections {

enum class GroupBy : std::uint8_t { nothing, prompt, version, label, model, user, tag };

// What is asked: the sums of each group of executions at each point of a time series.
struct UsageQuestion {
  std::string workspace;
  std::optional<std::string> prompt = {};   // of it alone
  GroupBy group_by = GroupBy::nothing;      // versions are of a prompt
  std::vector<Timestamp> bounds;            // where the points begin, and the end of the last
  bool singly = false;                      // points begin where no slot does
  std::size_t groups_most = 10;             // those with the most executions
  bool others = true;                       // what is in none of them, together
};

struct GroupSums {
  std::string key;           // empty: those that have none
  bool others = false;
  std::vector<Tally> points;
};

// Reads what executions come to, from the roll-ups, and from `executions` where a period does not begin or end with a slot, or
// users are told apart. Everything is of one workspace. Thread-safe. Throws pg::Fault.
class AnalyticsQueries {
 public:
  explicit AnalyticsQueries(pg::Pool& pool) : pool_{pool} {}

  // The groups with the most executions first, those of equally many by key; then the others, if there are any.
  std::vector<GroupSums> usage(const UsageQuestion& question);
  // All of a workspace within a period.
  Tally total(const std::string& workspace, Timestamp from, Timestamp until);
  // All that there ever were.
  Tally ever(const std::string& workspace);
  // Those of a prompt, told apart by all that roll-ups tell apart.
  std::map<Series, Tally> of_prompt(const std::string& workspace, const std::string& prompt, Timestamp from, Timestamp until);

  bool is_zone(const std::string& name);
  std::vector<Timestamp> bounds(Timestamp from, Timestamp until, Step step, const std::string& zone, std::int64_t most);

 private:
  pg::Pool& pool_;
  std::mutex mutex_;
  std::set<std::string> zones_;  // read when they are first asked for
};

}  // namespace ledger::projections
