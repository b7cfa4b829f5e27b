#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ledger {

// A few threads that make the blocking calls of others: one that decides must never wait for a server itself. Tasks must be bounded in
// time and must not throw. The queue is bounded by its users: each has at most a few tasks under way.
class Clerks {
 public:
  explicit Clerks(std::size_t threads);
  ~Clerks();                                   // lets the tasks under way end and forgets the rest
  Clerks(const Clerks&) = delete;
  Clerks& operator=(const Clerks&) = delete;

  void run(std::function<void()> task);

 private:
  void work(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<std::function<void()>> tasks_;
  std::vector<std::jthread> threads_;
};

}  // namespace ledger
