#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "commands/cluster_view.hpp"
#include "commands/neighbours.hpp"
#include "log/groups.hpp"

namespace ledger {

class PartitionLoop;

struct WriterGroupSettings {
  std::chrono::milliseconds session_timeout_ms{10'000};
  std::chrono::milliseconds members_every_ms{1'000};       // how often it is asked who has what
  std::chrono::milliseconds members_timeout_ms{2'000};
  std::chrono::milliseconds yield_ms{1'000};               // so long are commands given to who wins all races, before it is tried here again
  bool assume_all = false;             // takes every partition as its own whatever the group says; for measuring contention
};

// This process's place among those that write a ledger: what the group of writers assigns to it goes to its loops, and what it knows of the others
// says where commands are better off. Only ever a matter of speed: while nothing is known, each process decides itself. Thread-safe.
class WriterGroup final : public Neighbours, private log::GroupListener {
 public:
  using FindLoop = std::function<PartitionLoop*(const log::PartitionId&)>;

  WriterGroup(WriterGroupSettings settings, std::string writer);
  ~WriterGroup() override;

  // Returns at once. `loop` is asked for loops until leave() returns.
  void join(log::Groups& groups, const std::string& topic_prefix, Peer self, const std::vector<log::PartitionId>& partitions, FindLoop loop);
  // What was assigned goes to the others, in a bounded time. It still looks who has what.
  void leave();
  // Leaves, and looks no longer: the loops may go.
  void stop();

  // Who should be given commands for this partition, when that is somebody else.
  std::optional<Peer> elsewhere(const log::PartitionId& partition) const;
  // The part of the view that it knows.
  void describe(ClusterView& view) const;

  void took_over(const log::PartitionId& partition, const std::string& from, std::chrono::microseconds length) override;
  void released(const log::PartitionId& partition, std::chrono::microseconds length) override;
  void check_assignment() override;
  bool yield_to(const log::PartitionId& partition, const std::string& writer) override;
  void head_written_by(const log::PartitionId& partition, const std::string& writer) override;

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {                       // of one partition
    bool own = false;                  // assigned to this process
    std::optional<Peer> owner;         // as the group's members say
    std::optional<Peer> winner;        // who wins every race for it, or has just taken over, until …
    Clock::time_point winner_until;
    std::string head_writer;
    std::deque<HandOver> hand_overs;
    std::array<HandOverSum, kHandOverKinds.size()> hand_over_sums{};
  };

  void assigned(const std::vector<log::PartitionId>& partitions) override;
  void revoked(const std::vector<log::PartitionId>& partitions, std::function<void()> released) override;
  void lost(const std::vector<log::PartitionId>& partitions) override;
  void set_own(const std::vector<log::PartitionId>& partitions, bool own);
  void watch(const std::stop_token& stop, log::Groups& groups);
  void learn(const std::vector<log::Member>& members);
  void remember(const log::PartitionId& partition, HandOver hand_over);

  const WriterGroupSettings settings_;
  const std::string writer_;
  std::string group_;
  FindLoop loop_;

  std::atomic<bool> leaving_{false};
  mutable std::mutex mutex_;
  Peer self_;
  std::map<log::PartitionId, Known> known_;
  std::vector<log::Member> members_;
  std::optional<std::int64_t> members_known_us_;
  std::condition_variable_any wake_;
  bool look_again_ = false;

  std::jthread watcher_;
  std::unique_ptr<log::Membership> membership_;
};

}  // namespace ledger
