#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "log/log.hpp"

namespace ledger::memory {

// Tells reports from a thread of its own, one after the other in the order given, as the port promises: an appender may hold its own lock
// while it appends, and take the same lock when the report comes.
class Reporter {
 public:
  Reporter();
  // What was given is told first.
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  void tell(log::OnReport on_report, log::Report report);
  // Returns when everything given before has been told. Not to be called from a report.
  void settle();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;
  std::size_t given_ = 0;
  std::size_t told_ = 0;
  bool closing_ = false;
  std::jthread thread_;                // last: it uses all of the above
};

}  // namespace ledger::memory
