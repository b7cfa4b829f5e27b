#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/executions/rows.hpp"
#include "projections/time_page.hpp"

namespace ledger::projections {

// What is absent does not filter.
struct ExecutionFilter {
  std::optional<execution::Status> status = {};
  std::optional<execution::Priority> priority = {};
  std::optional<execution::Validation> validation = {};
  std::optional<std::string> prompt = {};
  std::optional<prompt::VersionNumber> version = {};
  std::optional<std::string> label = {};
  std::optional<std::string> ab_test = {};
  std::optional<std::string> provider = {};
  std::optional<std::string> model = {};
  std::optional<std::string> user = {};
  std::optional<std::string> session = {};
  std::optional<std::string> trace_id = {};
  std::optional<std::string> edge_function_id = {};
  std::optional<std::string> request_id = {};
  std::optional<std::string> actor = {};
  std::optional<Timestamp> created_from = {};
  std::optional<Timestamp> created_until = {};   // not included
  std::optional<Timestamp> recorded_until = {};  // included
};

struct LogPage {
  std::vector<LogLine> lines;
  bool more = false;
};

// Executions that a label of a prompt served with a version: created from the first on, before the second.
struct Served {
  std::string prompt;
  prompt::VersionNumber version = 0;
  std::string label;
  Timestamp from{}, until{};
};

// How many different ones there were; those who are not named do not count.
struct Reach {
  std::int64_t users = 0, sessions = 0;
};

// Whose a request id is: of the execution that was recorded with it first, whatever times it tells of itself.
struct RequestOwner {
  std::string execution;
  std::string actor;
  std::string prompt;
  prompt::VersionNumber version = 0;
  std::string user;
  std::string subject;                 // under whose key its inputs are sealed; empty: they are not
};

// What is asked for a page of the list: which index answers it can be seen by EXPLAIN.
PageQuery execution_page_query(const std::string& workspace, const ExecutionFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit);

// Reads executions. Everything is of one workspace: what belongs to another is not there. Thread-safe. Throws pg::Fault.
class ExecutionQueries {
 public:
  explicit ExecutionQueries(pg::Pool& pool) : pool_{pool} {}

  std::optional<ExecutionEntry> by_id(const std::string& workspace, const std::string& id);
  // Those of them that there are, in any order.
  std::vector<ExecutionEntry> by_ids(const std::string& workspace, const std::vector<std::string>& ids);
  TimePage<ExecutionEntry> list(const std::string& workspace, const ExecutionFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit);
  // In order, behind a line's number.
  LogPage log(const std::string& workspace, const std::string& id, std::optional<execution::LogLevel> level, std::uint64_t after, int limit);
  // Looks at each execution of the prompt in that time: whoever asks bounds how many these are.
  Reach reach(const std::string& workspace, const Served& served);
  std::optional<RequestOwner> owner_of(const std::string& workspace, const std::string& request_id);
  // Under whose key an execution's inputs are sealed; the empty text when they are not.
  std::optional<std::string> subject_of(const std::string& workspace, const std::string& id);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
