#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.hpp"
#include "infra/postgres/pool.hpp"
#include "log/merkle.hpp"

namespace ledger::projections {

// A signature under a partition's first records, as the log has it: not verified here.
struct SignedCheckpoint {
  std::uint64_t size = 0;
  log::Hash root{};
  std::string note;
  std::string event_id;
  Timestamp signed_at{};

  bool operator==(const SignedCheckpoint&) const = default;
};

// Reads Merkle trees and checkpoints. Thread-safe. Throws pg::Fault, and std::runtime_error when rows are damaged.
class ProofQueries {
 public:
  explicit ProofQueries(pg::Pool& pool) : pool_{pool} {}

  // How many records the tree has so far; 0 when it has not begun.
  std::uint64_t size(const log::PartitionId& partition);
  // The hashes of a proof's ranges; of none that lies beyond the tree's size.
  std::vector<log::Hash> hashes(const log::PartitionId& partition, const std::vector<log::Range>& ranges);
  // The tree as it was with so many records, no more than it has.
  log::Frontier tree(const log::PartitionId& partition, std::uint64_t size);

  // By falling size, from below `below` on (nothing: the last).
  std::vector<SignedCheckpoint> checkpoints(const log::PartitionId& partition, std::optional<std::uint64_t> below, int limit);
  std::optional<SignedCheckpoint> checkpoint(const log::PartitionId& partition, std::uint64_t size);
  // The first that is of the record at this height, and of no more records than the tree has so far.
  std::optional<SignedCheckpoint> checkpoint_over(const log::PartitionId& partition, std::uint64_t height);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
