#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.hpp"
#include "log/record.hpp"

namespace ledger::http {

// What the process that watches the log has found in one partition so far.
struct WatchedPartition {
  log::PartitionId partition;
  std::uint64_t from = 0;              // the height where it began; what lies before is held by the checkpoint of so many records
  std::uint64_t to = 0;                // heights below have been read, recomputed and found linked
  std::uint64_t held = 0;              // so many records are those of the last checkpoint that agrees with what was read
  std::optional<Timestamp> signed_at;  // when that one was signed
  std::string fault;                   // what does not hold in the log; empty
  std::string model_fault;             // what does not hold in PostgreSQL; empty
};

// What was last found of the log's hashes, trees and signatures.
struct Verification {
  std::string public_key;              // as docs/proof.md writes it
  bool signs = false;                  // this process is the first in line to sign
  std::vector<WatchedPartition> partitions;
};

// At once, from any thread. Empty in a process that watches nothing.
using VerificationSource = std::function<Verification()>;

}  // namespace ledger::http
