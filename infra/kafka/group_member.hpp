#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "infra/kafka/group_session.hpp"
#include "infra/kafka/late_leavers.hpp"

namespace ledger::kafka {

// A place in a group for as long as this object lives: a thread that serves one session, and begins the next when that broke for good.
class GroupMember final : public log::Membership {
 public:
  // Throws KafkaFault when the settings are wrong. The listener is called from the thread and must outlive this object.
  GroupMember(KafkaSettings kafka, log::GroupSettings group, log::GroupListener& listener, std::shared_ptr<LateLeavers> late);
  // Leaves, at most about group_leave_ms; what takes longer is left to the late leavers.
  ~GroupMember() override;
  GroupMember(const GroupMember&) = delete;
  GroupMember& operator=(const GroupMember&) = delete;

 private:
  void run(const std::stop_token& stop);
  void begin_again();

  const KafkaSettings kafka_;
  const log::GroupSettings group_;
  log::GroupListener& listener_;
  const std::shared_ptr<LateLeavers> late_;
  std::unique_ptr<GroupSession> session_;      // of the thread; nothing while a new one cannot be had
  std::mutex mutex_;
  std::condition_variable_any stopped_;
  std::jthread thread_;
};

}  // namespace ledger::kafka
