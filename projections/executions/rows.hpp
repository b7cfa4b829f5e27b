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
inline constexpr std::string_view kExecutionColumns =
    "id, workspace, version, actor, request_id, prompt_id, prompt_version, label, ab_test, priority, provider, model, inputs, inputs_subject, context, user_name, "
    "session, trace_id, edge_function_id, status, output, output_subject, error, token_usage, cost_usd::text, latency_ms, validation_status, validated_output, log_lines, "
    "created_at, recorded_at, started_at, completed_at";
ExecutionEntry execution_of(const pg::Row& row);

std::map<std::string, execution::State> load_executions(pg::Connection& connection, const std::vector<std::string>& ids);
void write_executions(pg::Connection& connection, const FoldedStreams<execution::State>& executions);
void write_log_lines(pg::Connection& connection, const std::vector<LogLine>& lines);

}  // namespace ledger::projections
