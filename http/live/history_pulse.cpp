#include "http/live/history_pulse.hpp"

namespace ledger::http {

std::uint64_t HistoryPulse::now() {
  const auto fresh = [&] { return std::chrono::steady_clock::now() - asked_ < every_; };
  {
    const std::lock_guard lock(mutex_);
    if (fresh()) return records_;
  }
  const std::unique_lock asking(asking_, std::try_to_lock);
  if (asking) {
    std::uint64_t records = 0;
    for (const auto& position : history_.now()) records += position.height + 1;
    const std::lock_guard lock(mutex_);
    records_ = records;
    asked_ = std::chrono::steady_clock::now();
  }
  const std::lock_guard lock(mutex_);
  return records_;
}

}  // namespace ledger::http
