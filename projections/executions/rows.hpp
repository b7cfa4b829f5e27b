#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/execution/state.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

struct ExecutionEntry {
  std::string id;
  execution::State state;
};

struct LogLine {
  std::string execution;
  std::uint64_t number = 0;              // from 1
  execution::LogAppended line;
  Timestamp at{};
};

// The columns of the table `execution`, for a SELECT whose rows execution_of reads.
extern const std::string kExecutionColumns;
ExecutionEntry execution_of(const pg::Row& row);

std::map<std::string, execution::State> load_executions(pg::Connection& connection, const std::vector<std::string>& ids);
void write_executions(pg::Connection& connection, const FoldedStreams<execution::State>& executions);
void write_log_lines(pg::Connection& connection, const std::vector<LogLine>& lines);

}  // namespace ledger::projections
