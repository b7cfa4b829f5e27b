#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/recorded_event.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/history/moment.hpp"

namespace ledger::projections {

// A stream's state at one of its versions, as JSON without what the snapshots before it hold (StreamState::to_json_since).
struct Snapshot {
  std::uint64_t version = 0;
  std::string state;
};

// Finds states to go on from. Only those that are of the history as it is, of this program's shape, and as they were made: whoever gets none folds all the
// events instead, and comes to the same. Thread-safe. Throws pg::Fault, but for a model that is not there.
class SnapshotQueries {
 public:
  explicit SnapshotQueries(pg::Pool& pool) : pool_{pool} {}

  // The newest of a stream that had been at the moment.
  std::optional<Snapshot> newest(const std::string& workspace, const StreamId& stream, const Moment& moment);
  // All of them until a version, oldest first; none where one is missing.
  std::vector<Snapshot> until(const std::string& workspace, const StreamId& stream, std::uint64_t version);
  // The one that holds what has this number among what grows (`counts`).
  std::optional<Snapshot> holding(const std::string& workspace, const StreamId& stream, std::string_view member, std::uint64_t number);

 private:
  std::vector<Snapshot> read(const StreamId& stream, const pg::Statement& statement, const pg::Params& params);

  pg::Pool& pool_;
};

}  // namespace ledger::projections
