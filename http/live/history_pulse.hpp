#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

#include "projections/history/queries.hpp"

namespace ledger::http {

// Tells event streams whether the history has moved on, with one question to the database for all of them. Any thread.
class HistoryPulse {
 public:
  HistoryPulse(projections::HistoryQueries& history, std::chrono::milliseconds every) : history_(history), every_(every) {}

  // A number that is another one when the history has got more since. At most `every` old, and as old as another thread's question that is
  // under way. Throws pg::Fault.
  std::uint64_t now();

 private:
  projections::HistoryQueries& history_;
  const std::chrono::milliseconds every_;
  std::mutex asking_;
  std::mutex mutex_;
  std::uint64_t records_ = 0;
  std::chrono::steady_clock::time_point asked_{};
};

}  // namespace ledger::http
