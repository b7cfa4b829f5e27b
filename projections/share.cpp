#include "projections/share.hpp"

#include <utility>

namespace ledger::projections {

void Share::assigned(const std::vector<log::PartitionId>& partitions) {
  const std::lock_guard lock{mutex_};
  mine_.insert(partitions.begin(), partitions.end());
  changed_ = true;
  ++counts_.changes;
}

void Share::revoked(const std::vector<log::PartitionId>& partitions, std::function<void()> released) {
  const std::lock_guard lock{mutex_};
  asked_back_.push_back({partitions, std::move(released), Clock::now()});
  changed_ = true;
  ++counts_.changes;
  if (!working_) give_back();
}

void Share::lost(const std::vector<log::PartitionId>& partitions) {
  const std::lock_guard lock{mutex_};
  for (const auto& partition : partitions) counts_.lost += mine_.erase(partition);
  asked_back_.clear();                 // whoever asked has taken
  changed_ = true;
  ++counts_.changes;
}

std::vector<log::PartitionId> Share::pick_up() {
  const std::lock_guard lock{mutex_};
  give_back();
  working_ = true;
  changed_ = false;
  return {mine_.begin(), mine_.end()};
}

void Share::put_down() {
  const std::lock_guard lock{mutex_};
  give_back();
  working_ = false;
}

void Share::forget() {
  const std::lock_guard lock{mutex_};
  asked_back_.clear();
  mine_.clear();
  working_ = false;
  changed_ = true;
}

bool Share::stands() const {
  const std::lock_guard lock{mutex_};
  return !changed_;
}

bool Share::has(const log::PartitionId& partition) const {
  const std::lock_guard lock{mutex_};
  return mine_.contains(partition);
}

ShareCounts Share::counts() const {
  const std::lock_guard lock{mutex_};
  return counts_;
}

void Share::give_back() {
  for (auto& [partitions, released, when] : std::exchange(asked_back_, {})) {
    for (const auto& partition : partitions) counts_.handed_over += mine_.erase(partition);
    counts_.handing_over += std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - when);
    released();
  }
}

}  // namespace ledger::projections
