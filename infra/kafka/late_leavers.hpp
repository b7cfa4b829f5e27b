#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "infra/kafka/group_session.hpp"

namespace ledger::kafka {

// Sessions whose members have gone before they could leave, because they were in the middle of being joined: served on a thread of their own until
// they have left, as else their places in the groups would stay taken for as long as the process lives. Thread-safe.
class LateLeavers {
 public:
  LateLeavers();
  // Whoever has not left by now is missed by the group when the session has ended. Does not wait for anybody.
  ~LateLeavers() = default;
  LateLeavers(const LateLeavers&) = delete;
  LateLeavers& operator=(const LateLeavers&) = delete;

  void take(std::unique_ptr<GroupSession> session);

 private:
  void run(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any came_;
  std::vector<std::unique_ptr<GroupSession>> new_;
  std::jthread thread_;
};

}  // namespace ledger::kafka
