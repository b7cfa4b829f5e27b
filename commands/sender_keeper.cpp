#include "commands/sender_keeper.hpp"

namespace ledger {

std::uint64_t SenderKeeper::generation() const {
  const std::lock_guard lock(mutex_);
  return generation_;
}

void SenderKeeper::renew(std::uint64_t seen) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (generation_ > seen || now < made_at_ + least_age_) return;
  log_.renew_sender();
  ++generation_;
  made_at_ = now;
}

}  // namespace ledger
