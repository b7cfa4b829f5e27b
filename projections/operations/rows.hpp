#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/projection/projection.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

// The columns that states are read from, of a projection and of what is left out of it, in the order of `number`.
inline constexpr std::string_view kOperatedColumns =
    "name, version, paused_by, pause_reason, paused_at, rebuild, force, max_records_per_s, requested_by, request_reason, requested_at, node, started_at, cancelled, "
    "outcome, records, duration_ms, detail, different, ended_at, tries";
inline constexpr std::string_view kSkippedColumns = "projection, topic, partition, height, stream, sequence, error, actor, reason, skipped_at";

// By the projection's name.
using OperatedProjections = std::map<std::string, projection::State>;
OperatedProjections operated_of(const pg::Rows& projections, const pg::Rows& skipped);

OperatedProjections load_operated(pg::Connection& connection, const std::vector<std::string>& names);
void write_operated(pg::Connection& connection, const FoldedStreams<projection::State>& projections);

}  // namespace ledger::projections
