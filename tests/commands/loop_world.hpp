#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "commands/partition_loop.hpp"
#include "infra/memory/memory_log.hpp"
#include "tests/commands/memory_history.hpp"
#include "tests/commands/words.hpp"

namespace ledger::stage {

// How long a test with threads waits for what must come.
inline constexpr std::chrono::seconds kPatience{30};

// Waits until it is so; false when patience ends.
template <class IsSo>
bool eventually(const IsSo& is_so) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

// Gives a history what the log holds, in a thread of its own, until destroyed.
class Follower {
 public:
  Follower(log::Log& log, MemoryHistory& history, std::vector<log::PartitionId> partitions)
      : thread_([&log, &history, partitions = std::move(partitions)](const std::stop_token& stop) {
          std::vector<log::ReadFrom> from;
          for (const auto& partition : partitions) from.push_back({partition, 0});
          const auto reader = log.read(from);
          while (!stop.stop_requested()) {
            for (const auto& arrival : reader->poll(std::chrono::milliseconds(5), 1'000).arrivals) history.read(arrival);
          }
        }) {}

 private:
  std::jthread thread_;
};

// Outcomes of commands, collected from whatever thread they come.
class Outcomes {
 public:
  OnOutcome next() {
    const std::lock_guard lock(mutex_);
    outcomes_.emplace_back();
    return [this, n = outcomes_.size() - 1](Outcome outcome) {
      const std::lock_guard held(mutex_);
      outcomes_[n].push_back(std::move(outcome));
    };
  }
  bool all_once() const {
    const std::lock_guard lock(mutex_);
    for (const auto& told : outcomes_) {
      if (told.size() != 1) return false;
    }
    return true;
  }
  template <class Kind>
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    std::size_t sum = 0;
    for (const auto& told : outcomes_) {
      for (const auto& outcome : told) sum += std::holds_alternative<Kind>(outcome) ? 1U : 0U;
    }
    return sum;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::vector<Outcome>> outcomes_;
};

inline Deadlines in(std::chrono::milliseconds decide, std::chrono::milliseconds answer) {
  const auto now = std::chrono::steady_clock::now();
  return {now + decide, now + answer};
}
inline Deadlines patiently() { return in(kPatience, kPatience); }

}  // namespace ledger::stage
