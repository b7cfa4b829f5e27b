#include "tests/support/group_witness.hpp"

#include <thread>

namespace ledger::probe {

void Witness::assigned(const std::vector<log::PartitionId>& partitions) {
  const std::lock_guard lock{mutex_};
  ++assigned_;
  for (const auto& partition : partitions) consistent_ = has_.insert(partition).second && consistent_;
}

void Witness::revoked(const std::vector<log::PartitionId>& partitions, std::function<void()> released) {
  {
    const std::lock_guard lock{mutex_};
    ++revoked_;
    for (const auto& partition : partitions) consistent_ = has_.contains(partition) && consistent_;
    held_.emplace_back(partitions, std::move(released));
  }
  if (gives_ == Gives::at_once) give_back();
}

void Witness::lost(const std::vector<log::PartitionId>& partitions) {
  const std::lock_guard lock{mutex_};
  ++lost_;
  for (const auto& partition : partitions) consistent_ = has_.erase(partition) == 1 && consistent_;
  held_.clear();
}

Partitions Witness::has() const {
  const std::lock_guard lock{mutex_};
  return has_;
}

std::size_t Witness::times_assigned() const {
  const std::lock_guard lock{mutex_};
  return assigned_;
}

std::size_t Witness::times_revoked() const {
  const std::lock_guard lock{mutex_};
  return revoked_;
}

std::size_t Witness::times_lost() const {
  const std::lock_guard lock{mutex_};
  return lost_;
}

void Witness::give_back() {
  std::vector<std::function<void()>> releases;
  {
    const std::lock_guard lock{mutex_};
    for (auto& [partitions, released] : held_) {
      for (const auto& partition : partitions) has_.erase(partition);
      releases.push_back(std::move(released));
    }
    held_.clear();
  }
  for (const auto& released : releases) released();
}

bool Witness::consistent() const {
  const std::lock_guard lock{mutex_};
  return consistent_;
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

bool shared_out(const std::vector<const Witness*>& witnesses, const Partitions& all) {
  Partitions together;
  std::size_t sum = 0;
  for (const auto* witness : witnesses) {
    const auto has = witness->has();
    sum += has.size();
    together.insert(has.begin(), has.end());
  }
  return sum == all.size() && together == all;
}

}  // namespace ledger::probe
