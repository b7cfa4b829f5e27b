#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "commands/checkpoint/commands.hpp"
#include "commands/proposal.hpp"
#include "http/verification.hpp"
#include "infra/crypto/ed25519.hpp"
#include "infra/postgres/pool.hpp"
#include "infra/proof/checkpoint.hpp"
#include "infra/proof/watched_tree.hpp"
#include "log/log.hpp"
#include "projections/follower.hpp"
#include "projections/proof/queries.hpp"

namespace ledger::app {

struct NotarySettings {
  std::string ledger;                  // its id
  std::string workspace;               // whose admins see the checkpoints' streams
  std::string topic_prefix = "promptledger";
  std::chrono::milliseconds interval_ms{60'000};   // an event is under a checkpoint after so long, …
  std::uint64_t records = 10'000;                  // … or as soon as so many records are not
  std::chrono::milliseconds look_every_ms{1'000};  // between two looks whether something is to be signed
  std::chrono::milliseconds backoff_ms{1'000};     // after a fault of the servers
  projections::FollowerSettings follower;
  projections::BatchLimits batch{.max_records = 5'000, .first_wait_ms = std::chrono::milliseconds{200}};
};

// What a notary works with; all of it outlives it.
struct NotaryPlace {
  log::Log& log;
  pg::Pool& pool;
  std::vector<log::PartitionId> partitions;        // all of them
  log::PartitionId checkpoints;                    // the one that checkpoints go to
  std::function<bool()> signs;                     // whether this process is the first in line to sign; the others come when it does not
  std::function<Outcome(Proposal)> submit;         // returns in a bounded time
};

// Reads the whole log by the link rule, beside everybody else, and grows every partition's tree by itself. It compares them with what is signed and
// with the read model `proof`, and signs checkpoints when they are due: never one of a partition in which anything does not hold. What it finds is
// told in the log, and by status(). It begins each partition behind its last checkpoint, if that is held by the model's tree and the log, else at the
// genesis. One thread.
class Notary {
 public:
  Notary(NotarySettings settings, NotaryPlace place, crypto::SigningKey key);
  ~Notary();
  Notary(const Notary&) = delete;
  Notary& operator=(const Notary&) = delete;

  http::Verification status() const;

 private:
  using Steady = std::chrono::steady_clock;

  struct Lane {
    proof::WatchedTree tree;
    std::optional<log::Anchor> anchor = {};        // where reading begins
    std::uint64_t from = 0;
    checkpoint::Signed last = {};                  // the last checkpoint that the log holds
    std::optional<Timestamp> signed_at = {};
    std::optional<Steady::time_point> unsigned_since = {};   // an event is under no checkpoint
    std::optional<proof::Checkpoint> uncompared = {};        // held by the log, not yet compared with the model's tree
    Steady::time_point not_before = {};            // a refused signature is not tried again at once
  };

  void run(const std::stop_token& stop);
  void begin();
  Lane begin(const log::PartitionId& partition);
  bool resume(Lane& lane, const log::PartitionId& partition, const projections::SignedCheckpoint& last);
  void step(projections::Follower& follower);
  void take(const projections::Applied& applied);
  void take_checkpoint(const RecordedEvent& event);
  void look();
  void compare_model(const log::PartitionId& partition, Lane& lane);
  bool is_due(const log::PartitionId& partition, const Lane& lane, unsigned patience) const;
  bool any_is_full() const;
  void sign(const log::PartitionId& partition, Lane& lane);
  void log_fault(const log::PartitionId& partition, const std::string& why);
  void model_fault(const log::PartitionId& partition, const std::string& why);
  void publish();

  const NotarySettings settings_;
  const NotaryPlace place_;
  const crypto::SigningKey key_;
  const crypto::PublicKey public_key_;
  projections::ProofQueries proofs_;
  std::map<log::PartitionId, Lane> lanes_;
  std::map<log::PartitionId, std::string> log_faults_;       // for good: only a person can say what is right
  std::map<log::PartitionId, std::string> model_faults_;     // until the model is seen to agree
  Steady::time_point looked_{};

  mutable std::mutex mutex_;           // of status_
  http::Verification status_;
  std::jthread thread_;
};

}  // namespace ledger::app
