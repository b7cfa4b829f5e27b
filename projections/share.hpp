#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <set>
#include <vector>

#include "log/groups.hpp"

namespace ledger::projections {

// What became of a process's share so far.
struct ShareCounts {
  std::uint64_t changes = 0;           // times that something came or went
  std::uint64_t handed_over = 0;       // partitions given back in order
  std::uint64_t lost = 0;              // partitions that were another's before we knew
  std::chrono::microseconds handing_over{0};   // from being asked to having put them down, all together
};

// The partitions that this process has of those of a projection, between the group that gives and takes them and the one who works on them.
// What is asked back is kept until the work at hand is done, and given back at once when nobody works. Thread-safe.
class Share final : public log::GroupListener {
 public:
  // Of the group.
  void assigned(const std::vector<log::PartitionId>& partitions) override;
  void revoked(const std::vector<log::PartitionId>& partitions, std::function<void()> released) override;
  void lost(const std::vector<log::PartitionId>& partitions) override;

  // Of the worker: gives back what was asked for, and begins with what there is now.
  std::vector<log::PartitionId> pick_up();
  // It does not work on anything any more.
  void put_down();
  // The group was left.
  void forget();
  // What was picked up is all there is, and nothing of it is asked back.
  bool stands() const;

  bool has(const log::PartitionId& partition) const;
  ShareCounts counts() const;

 private:
  using Clock = std::chrono::steady_clock;
  struct AskedBack {
    std::vector<log::PartitionId> partitions;
    std::function<void()> released;
    Clock::time_point when;
  };

  void give_back();

  mutable std::mutex mutex_;
  std::set<log::PartitionId> mine_;
  std::vector<AskedBack> asked_back_;
  bool working_ = false;
  bool changed_ = false;               // since it was picked up
  ShareCounts counts_;
};

}  // namespace ledger::projections
