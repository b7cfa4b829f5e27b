#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "log/log.hpp"

namespace ledger::kafka {

// What disturbed one reader, gathered from the threads that notice it until the reader's next poll. Thread-safe.
class Disturbances {
 public:
  explicit Disturbances(std::vector<log::PartitionId> partitions) : partitions_{std::move(partitions)} {}

  const std::vector<log::PartitionId>& partitions() const { return partitions_; }

  // The connection broke. What follows can be another broker's, or another past: told once it is back.
  void connection_lost() { lost_.store(true, std::memory_order_relaxed); }
  bool is_lost() const { return lost_.load(std::memory_order_relaxed); }
  // The log answers. Notes "reconnected" for every partition when the connection had been lost.
  void connection_answers();
  void note(log::Disturbed disturbed);
  std::vector<log::Disturbed> take();

 private:
  const std::vector<log::PartitionId> partitions_;
  std::atomic<bool> lost_ = false;
  std::mutex mutex_;
  std::vector<log::Disturbed> noted_;
};

}  // namespace ledger::kafka
