#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "commands/clerks.hpp"
#include "commands/foundation.hpp"
#include "commands/partition_loop.hpp"
#include "commands/cluster_view.hpp"
#include "commands/log_guard.hpp"
#include "commands/peer.hpp"
#include "commands/sender_keeper.hpp"
#include "commands/topics.hpp"
#include "commands/writer_group.hpp"

namespace ledger {

struct CommandSideSettings {
  FoundationSettings foundation;
  LoopSettings loop;
  WriterGroupSettings group;
  std::chrono::milliseconds command_deadline_ms{3'000};   // until then a command may be decided and resent
  std::chrono::milliseconds answer_grace_ms{2'000};       // longer than that no client waits: then its fate is open
  std::chrono::milliseconds start_timeout_ms{60'000};     // for all partitions to be read
  std::chrono::milliseconds history_poll_ms{200};
  std::chrono::milliseconds sender_least_age_ms{1'000};
  LogGuardSettings guard;
  std::size_t log_clerks = 2;
  std::size_t history_clerks = 3;
};

// The command side of one process: a writer for every partition, one reader that feeds them all. Thread-safe.
class CommandSide {
 public:
  // `writer_name` (peer.hpp) says who, in every record: the node and this start.
  CommandSide(CommandSideSettings settings, log::Log& log, History& history, std::string writer_name, std::function<std::string()> new_uuid,
              std::function<void(const log::PartitionId&, const std::string&)> on_halt);
  ~CommandSide();

  // Told of every event that counts, before any answer that rests on it. Before start().
  void observe(std::function<void(const RecordedEvent&)> on_counted) { world_.on_counted = std::move(on_counted); }

  // Told what the guard finds (log_guard.hpp). Before start().
  void observe_guard(GuardHooks hooks) { guard_hooks_ = std::move(hooks); }

  // Checks the topics, lays the foundation and starts all writers; returns when each has followed its partition to the end, or says why not.
  // Told to stop meanwhile, it gives up.
  Result<void, std::string> start(const std::stop_token& told = {});
  // Shares the partitions with the other processes of the ledger from now on; once, after start(). Without it, and while the group
  // cannot be reached, it decides whatever it is given just the same.
  void join(log::Groups& groups, Peer self);
  // Gives its partitions to the others, in a bounded time; goes on deciding what it is given, and sends on what the others have.
  void leave() { group_.leave(); }
  // Refuses what comes, lets what is in flight end (at most `bound`), and stops.
  void stop(std::chrono::milliseconds bound);

  const std::string& ledger() const { return foundation_.ledger; }
  // Where a key's events go; number -1 before start().
  log::PartitionId partition_of(LogTopic topic, std::string_view key) const;
  // Who should be given commands for this partition, when that is somebody else: another has been assigned it, or wins every race for it now.
  // Nothing: decide here. A matter of speed only; any process may decide (protocol steps 16 and 21).
  std::optional<Peer> elsewhere(const log::PartitionId& partition) const;

  // The future is always satisfied within command_deadline_ms + answer_grace_ms and a little. An inquiry about a partition that there is
  // not stays open.
  std::future<Outcome> submit(Proposal proposal);
  std::future<Outcome> inquire(Inquiry inquiry);
  // The same for who does not wait in a thread; called from a loop's thread, must not block.
  void submit(Proposal proposal, OnOutcome on_outcome);
  // The longest that a submitted future takes.
  std::chrono::milliseconds answer_bound() const { return settings_.command_deadline_ms + settings_.answer_grace_ms + std::chrono::milliseconds(1'000); }

  bool ready() const;                                       // every partition is followed, assigned or on standby, but for those that halted
  bool any_halted() const;
  ClusterView cluster() const;
  LogGuard::State guard() const { return guard_.state(); }
  void each(const std::function<void(const PartitionLoop&)>& visit) const;

 private:
  Result<std::map<log::PartitionId, log::Anchor>, std::string> anchors();
  Result<void, std::string> check_clock();
  void read(const std::stop_token& stop, std::vector<log::ReadFrom> from);
  void poll_history(const std::stop_token& stop);
  PartitionLoop* loop(const log::PartitionId& partition) const;
  Deadlines deadlines() const;

  CommandSideSettings settings_;
  log::Log& log_;
  History& history_;
  std::string writer_name_;
  std::function<std::string()> new_uuid_;
  Foundation foundation_;
  std::map<std::string, std::int32_t, std::less<>> partition_counts_;
  std::vector<std::string> topics_;

  SenderKeeper sender_;
  WriterGroup group_;
  LogGuard guard_;
  GuardHooks guard_hooks_;
  Clerks log_clerks_;
  Clerks history_clerks_;
  LoopWorld world_;
  std::map<log::PartitionId, std::unique_ptr<PartitionLoop>> loops_;
  std::atomic<bool> stopping_{false};
  std::jthread reader_;
  std::jthread poller_;
};

}  // namespace ledger
