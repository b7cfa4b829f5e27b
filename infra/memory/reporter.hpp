#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace ledger::memory {

// Tells what it is given from a thread of its own, one after the other in the order given, as the ports promise: an appender may hold its own
// lock while it appends, and take the same lock when the report comes.
class Reporter {
 public:
  Reporter();
  // What was given is told first.
  ~Reporter();
  Reporter(const Reporter&) = delete;
  Reporter& operator=(const Reporter&) = delete;

  void tell(std::function<void()> what);
  // Returns when everything given before has been told. Not to be called from what is told.
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
