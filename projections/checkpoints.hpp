#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/connection.hpp"
#include "log/link_reader.hpp"

namespace ledger::projections {

// How far each partition goes; partitions that have not begun are absent.
using Anchors = std::map<log::PartitionId, log::Anchor>;

// The checkpoints of the model that the connection's search_path names.
Anchors load_checkpoints(pg::Connection& connection);
// The same of a model by its schema's name.
Anchors load_checkpoints(pg::Connection& connection, const std::string& schema);

// One partition's step from where it was known to stand (nothing: nowhere yet) to where it is to stand.
struct Move {
  log::PartitionId partition;
  std::optional<log::Anchor> from;
  log::Anchor to;
};

// Compare-and-set of all of them, for a model of this version. False when one stands elsewhere already, or the model
// has another version: somebody else moved it, and the transaction must be rolled back. It is the transaction's first
// step: whoever comes second waits here for the first, and has not written a row yet.
bool move_checkpoints(pg::Connection& connection, int version, const std::vector<Move>& moves);

// Reads an anchor from the five columns next_offset, head_offset, head, height, head_recorded_us.
log::Anchor anchor_of(const pg::Row& row, int first_column);

}  // namespace ledger::projections
