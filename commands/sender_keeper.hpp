#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "log/log.hpp"

namespace ledger {

// All partitions share one sender. When several are in doubt at once, each asks for a new one: they get one between them, not one each,
// since every renewal takes away what the others have just sent again.
class SenderKeeper {
 public:
  SenderKeeper(log::Log& log, std::chrono::milliseconds least_age) : log_(log), least_age_(least_age) {}

  std::uint64_t generation() const;
  // Renews unless that was done since `seen`, or the present sender is younger than the least age.
  void renew(std::uint64_t seen);

 private:
  log::Log& log_;
  std::chrono::milliseconds least_age_;
  mutable std::mutex mutex_;
  std::uint64_t generation_ = 1;
  std::chrono::steady_clock::time_point made_at_{};
};

}  // namespace ledger
