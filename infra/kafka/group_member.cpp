#include "infra/kafka/group_member.hpp"

#include <utility>

namespace ledger::kafka {

namespace {

constexpr int kCriticalSeverity = 2;         // as in syslog

}  // namespace

GroupMember::GroupMember(KafkaSettings kafka, log::GroupSettings group, log::GroupListener& listener, std::shared_ptr<LateLeavers> late)
    : kafka_{std::move(kafka)},
      group_{std::move(group)},
      listener_{listener},
      late_{std::move(late)},
      session_{std::make_unique<GroupSession>(kafka_, group_, listener_)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

GroupMember::~GroupMember() {
  thread_.request_stop();
  thread_.join();
}

void GroupMember::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (session_ && session_->serve()) continue;
    const auto why = session_ ? session_->fault() : "there is no client";
    if (kafka_.on_log) {
      kafka_.on_log(kCriticalSeverity, "group " + group_.group + ", member " + group_.member + ": " + why + "; joins again in " +
                                        std::to_string(kafka_.group_rejoin_ms) + " ms");
    }
    session_.reset();
    std::unique_lock lock{mutex_};
    stopped_.wait_for(lock, stop, std::chrono::milliseconds{kafka_.group_rejoin_ms}, [] { return false; });
    if (!stop.stop_requested()) begin_again();
  }
  if (session_ && !session_->leave(std::chrono::milliseconds{kafka_.group_leave_ms})) late_->take(std::move(session_));
  session_.reset();
}

void GroupMember::begin_again() {
  try {
    session_ = std::make_unique<GroupSession>(kafka_, group_, listener_);
  } catch (const KafkaFault& fault) {        // no threads or no memory at the moment: the settings have been good once
    if (kafka_.on_log) kafka_.on_log(kCriticalSeverity, fault.what());
  }
}

}  // namespace ledger::kafka
