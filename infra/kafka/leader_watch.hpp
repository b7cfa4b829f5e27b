#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "infra/kafka/asker.hpp"
#include "infra/kafka/disturbances.hpp"

namespace ledger::kafka {

// Asks at intervals who leads the partitions that are read, and tells their readers when a leader changed or the log answers again after a
// break. Polling, because the library 2.0.2 shows no leader epochs: two changes between two polls that end where they began stay unseen.
class LeaderWatch {
 public:
  // The asker must outlive the watch.
  LeaderWatch(Asker& asker, std::chrono::milliseconds interval, std::chrono::milliseconds timeout);
  ~LeaderWatch();
  LeaderWatch(const LeaderWatch&) = delete;
  LeaderWatch& operator=(const LeaderWatch&) = delete;

  // Forgotten when the reader is gone.
  void add(const std::shared_ptr<Disturbances>& reader);

 private:
  void run(const std::stop_token& stop);
  void look(const std::vector<std::shared_ptr<Disturbances>>& readers);
  std::vector<std::shared_ptr<Disturbances>> living();

  Asker& asker_;
  const std::chrono::milliseconds interval_;
  const std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::vector<std::weak_ptr<Disturbances>> readers_;
  std::map<std::string, std::vector<std::int32_t>> leaders_;   // as last seen; only the thread's
  std::jthread thread_;
};

}  // namespace ledger::kafka
