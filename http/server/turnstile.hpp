#pragma once

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace ledger::http {

// Turns connections away with an answer, without a thread for each: 503 with Retry-After, then what still comes is read away for a short while,
// because closing over unread bytes would reset the connection and could take the answer back. Any thread.
class Turnstile {
 public:
  static constexpr std::size_t kMaxLeaving = 512;              // descriptors that they hold

  Turnstile();
  ~Turnstile();                        // closes those that are left

  // Never waits. When very many are being turned away already, the connection gets no answer.
  void turn_away(const Poco::Net::StreamSocket& socket);
  std::uint64_t turned_away() const { return turned_away_.load(); }

 private:
  struct Leaving {
    Poco::Net::StreamSocket socket;
    std::chrono::steady_clock::time_point until;
  };
  void see_off(const std::stop_token& stop);

  std::mutex mutex_;
  std::condition_variable_any some_;
  std::vector<Leaving> leaving_;
  std::atomic<std::uint64_t> turned_away_{0};
  std::jthread thread_;
};

}  // namespace ledger::http
