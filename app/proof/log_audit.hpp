#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/proof/broken.hpp"
#include "infra/crypto/ed25519.hpp"
#include "infra/postgres/connection.hpp"
#include "infra/proof/checkpoint.hpp"
#include "log/link_reader.hpp"
#include "log/log.hpp"

namespace ledger::app {

// What was found of one partition.
struct AuditedPartition {
  log::PartitionId partition;
  std::uint64_t records = 0;           // that count
  std::uint64_t void_records = 0;
  std::uint64_t checkpoints = 0;       // that agree with them
  std::uint64_t under_checkpoint = 0;  // records of the last of these
  std::optional<std::uint64_t> compared = {};   // records that the history has, and which are the same there
  std::optional<Broken> broken = {};   // the first thing that does not hold in the log
  std::optional<Broken> differs = {};  // the first place where PostgreSQL is not what the log says
};

struct AuditPlace {
  log::Log& log;
  std::vector<log::PartitionId> partitions;
  log::PartitionId checkpoints;        // the partition that checkpoints are in
  std::optional<pg::ConnectionSettings> history = {};   // compared with the log, too, over a connection for each partition that is read
  std::optional<crypto::PublicKey> key = {};     // without it signatures are not looked at, only what they say
  std::vector<proof::Checkpoint> witnessed = {}; // verified before: the log must be a continuation of them
  std::chrono::milliseconds log_timeout_ms{10'000};
  std::chrono::milliseconds silence_ms{60'000};  // the log gives nothing more: then it is given up
  std::size_t at_once = 1;             // partitions read side by side, each in a thread of its own
  std::stop_token stop = {};
  std::function<void(const log::PartitionId&, std::uint64_t records)> on_progress = {};   // now and then, from any of the threads
};

// Reads every partition from its first record to the end that it has now, recomputes every hash and every tree, and compares them with every checkpoint, and
// with PostgreSQL when it is given: the history's records byte for byte, and the trees of the read model `proof`. What is found comes in the partitions' order and
// does not depend on how many are read at once. Memory does not grow with the log, but by 48 bytes for each checkpoint. Throws projections::LogAway, pg::Fault, and
// std::runtime_error when it is told to stop.
std::vector<AuditedPartition> audit_log(const AuditPlace& place);

}  // namespace ledger::app
