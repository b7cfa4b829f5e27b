#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "log/groups.hpp"
#include "log/log.hpp"
#include "projections/model.hpp"
#include "projections/projection.hpp"
#include "projections/rebuild.hpp"
#include "projections/runner_status.hpp"
#include "projections/share.hpp"

namespace ledger::projections {

struct RunnerSettings {
  pg::ConnectionSettings connection;  // search_path and application_name are the runner's own
  std::string topic_prefix = "promptledger";
  // This process among those that keep the model up. Group and topics are the runner's own to fill.
  log::GroupSettings member;
  BatchLimits batch;  // first_wait_ms is also how soon stop() is noticed, and that a partition is asked back
  std::chrono::milliseconds look_every_ms{
      1'000};  // how often the log's ends and the parked streams are counted, for status()
  std::chrono::milliseconds backoff_first_ms{50}, backoff_max_ms{5'000};
  FollowerSettings follower;
  RebuildSettings rebuild;  // for a new version of the model, and for one that is not there
  std::int64_t long_log_records = kLongLogRecords;
};

// Something an operator should read: an error is a partition that halted, a warning a stream that is parked, PostgreSQL
// away.
enum class Severity : std::uint8_t { warning, error };
using Alarm = std::function<void(const std::string& projection, Severity severity, const std::string& what)>;

// Keeps one projection's model up with the log: one thread, one connection, one log reader over the partitions that are
// this process's, from the checkpoints in PostgreSQL. Away PostgreSQL or log: backs off and tries for ever. Started by
// the constructor, stopped by the destructor, which waits for the batch at hand. The runners of one projection, one in
// each of any number of processes, share its partitions as the members of a group; should two believe that they have the
// same one, only one of them applies each batch. Who cannot work for longer than a silent member would be waited for
// leaves the group until he can.
class Runner {
 public:
  // Log, groups and projection must outlive it. The alarm is called from the runner's thread and must not throw.
  Runner(log::Log& log, log::Groups& groups, const Projection& projection, RunnerSettings settings, Alarm alarm = {});
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  RunnerStatus status() const;
  // Asks the runner's thread to try what is parked once more; it does so between two batches, as it does when an operator asks for it.
  void retry_parked();
  // Begins to stop: who stops several asks all of them first.
  void ask_to_stop();
  // Returns when the thread is done: at the latest after the server's and the log's own bounds.
  void stop();

 private:
  void run(const std::stop_token& stop);
  void session(const std::stop_token& stop);
  void ready_model(pg::Connection& connection, const std::stop_token& stop);
  void build(const std::stop_token& stop);
  void join();
  void leave();
  void follow(Model& model, const std::vector<log::PartitionId>& all, const std::stop_token& stop);
  void stand_still(Model& model, const std::vector<log::PartitionId>& all, const std::stop_token& stop);
  void heed(Model& model);
  void committed(const Followed& batch);
  void look_around(Model& model, const Follower& follower, const std::vector<log::PartitionId>& all);
  std::vector<PartitionStatus> ask_ends(const Anchors& anchors, const Follower& follower,
                                        const std::vector<log::PartitionId>& all);
  void tell_halted(const Follower& follower);
  void failed(RunnerState state, const std::string& what);
  bool fails_too_long();
  bool backs_off() const;
  static bool nothing_left(const Follower& follower, const std::vector<PartitionStatus>& found);
  void enter(RunnerState state);
  void tell(Severity severity, const std::string& what) const;

  log::Log& log_;
  log::Groups& groups_;
  const Projection& projection_;
  const RunnerSettings settings_;
  const Alarm alarm_;

  mutable std::mutex mutex_;  // of status_
  std::condition_variable_any woken_;
  RunnerStatus status_;
  std::atomic<bool> retry_wanted_{true};  // once at every start

  Share share_;

  // Of the runner's thread alone.
  std::unique_ptr<log::Membership> membership_;
  Orders orders_;
  bool progressed_ = false;  // since the last failure
  std::chrono::steady_clock::time_point failing_since_{}, failed_{};  // without having got any further in between
  std::map<log::PartitionId, std::string> halted_told_;
  std::chrono::steady_clock::time_point looked_{};
  std::uint64_t applied_when_looked_ = 0;

  std::jthread thread_;
};

}  // namespace ledger::projections
