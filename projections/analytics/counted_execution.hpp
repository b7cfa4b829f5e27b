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

// An execution as far as it is counted: the state that evolve makes, without its texts. What it adds to sums is a function
// of this, so that it can be taken out of them again.
struct CountedExecution {
  std::uint64_t version = 0;  // of the stream
  execution::State state;
  Money priced;               // what it costs by its model's prices, when it told no cost: priced_models.hpp
};

// The domain's own, but for one rule of the decider's that sums rest on: a latency that was told stays.
Result<CountedExecution, std::string> apply(const CountedExecution& before, const RecordedEvent& event);

struct CountedEntry {
  std::string id;
  CountedExecution state;
};

// What a row tells of an execution that counts, from a column on: workspace, prompt, version of the prompt, label, model, status, validation
// status, token usage, cost as text, latency, time of creation.
execution::State counted_state_of(const pg::Row& row, int column);

// A row of `execution e` and its `series s`, for a SELECT whose rows counted_of reads.
inline constexpr std::string_view kCountedColumns =
    "e.id, e.version, s.workspace, s.prompt_id, s.prompt_version, s.label, s.model, e.status, e.validation_status, e.token_usage, e.cost_usd::text, "
    "e.latency_ms, e.created_at, e.completed_at, e.priced_usd::text";
CountedEntry counted_of(const pg::Row& row);

std::map<std::string, CountedExecution> load_counted(pg::Connection& connection, const std::vector<std::string>& ids);
void write_counted(pg::Connection& connection, const FoldedStreams<CountedExecution>& executions);

}  // namespace ledger::projections
