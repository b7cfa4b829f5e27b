#pragma once

#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <thread>

#include <signal.h>

namespace ledger::app {

// Thrown by what gives up because the process was told to stop.
class ToldToStop : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Turns SIGINT and SIGTERM into a request to stop. The second of them ends the process at once. SIGPIPE is ignored. One at a time, made
// by main before any other thread: threads that begin earlier could be interrupted themselves.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  std::stop_token token() const { return stop_.get_token(); }
  bool stop_requested() const { return stop_.stop_requested(); }
  // As a signal would, for when a part of the program finds that it cannot go on.
  void request_stop() const;

  void wait() const;
  // True when told to stop within that time.
  bool wait_for(std::chrono::milliseconds time) const;

 private:
  void watch();

  mutable std::stop_source stop_;
  sigset_t watched_{};
  sigset_t mask_before_{};
  void (*pipe_before_)(int) = nullptr;
  int signals_ = -1;
  int ending_ = -1;
  std::thread watcher_;
};

}  // namespace ledger::app
