#include "infra/kafka/late_leavers.hpp"

#include <iterator>
#include <utility>

namespace ledger::kafka {

namespace {

constexpr std::chrono::milliseconds kTurn{20};   // how long one is served before the next

}  // namespace

LateLeavers::LateLeavers() : thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void LateLeavers::take(std::unique_ptr<GroupSession> session) {
  const std::lock_guard lock{mutex_};
  new_.push_back(std::move(session));
  came_.notify_one();
}

void LateLeavers::run(const std::stop_token& stop) {
  std::vector<std::unique_ptr<GroupSession>> served;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock{mutex_};
      if (served.empty()) came_.wait(lock, stop, [this] { return !new_.empty(); });
      std::ranges::move(new_, std::back_inserter(served));
      new_.clear();
    }
    std::erase_if(served, [](const auto& session) { return session->leave(kTurn); });
  }
}

}  // namespace ledger::kafka
