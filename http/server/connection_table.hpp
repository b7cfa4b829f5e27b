#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_set>

namespace ledger::http {

// The connections that have a thread: which of them idle, how many stream, and whom to close when there is no room or no time. Any thread.
class ConnectionTable {
 public:
  explicit ConnectionTable(int max_streams);
  ~ConnectionTable();
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // A connection's stay. Its socket must be open until the stay is over, so that nobody shuts a number that means another one by then.
  class Stay {
   public:
    Stay(ConnectionTable& table, int socket);
    ~Stay();
    Stay(const Stay&) = delete;
    Stay& operator=(const Stay&) = delete;

    // Whether the answer that is sent now may leave the connection open; not when it winds down. From then on a request more is awaited here.
    bool may_keep();
    // While nothing of a request has come.
    void begin_idle();
    void end_idle();
    // A place for a stream until the stay is over; false when all are taken.
    bool take_stream();

   private:
    void forget_kept();

    ConnectionTable& table_;
    int socket_;
    std::optional<std::uint64_t> idle_;
    bool fresh_ = true;
    bool kept_ = false;                        // by an answer, and neither idle yet nor at the next request
    bool streams_ = false;
  };

  // One more connection wants a thread and there is none: closes the connection that has idled longest. False when none has idled for more than
  // a moment, or has been silent from the beginning for a longer one.
  bool make_room();

  // From now on each connection ends with its next answer, which says so.
  void wind_down();
  // How many have been told that they may ask once more, or not been told anything yet: who idles, and who is about to.
  int awaited() const;
  // Wakes all who wait, for good.
  void stop();
  int stop_signal() const { return stop_signal_; }
  // Breaks every connection off.
  void cut_all();

  int idle() const;
  int streams() const { return streams_.load(); }
  std::uint64_t evicted() const { return evicted_.load(); }
  std::uint64_t timed_out() const { return timed_out_.load(); }
  void count_timeout() { ++timed_out_; }

 private:
  const int max_streams_;
  const int stop_signal_;                      // an eventfd, readable from stop() on
  mutable std::mutex mutex_;
  std::unordered_set<int> sockets_;
  struct Idle {
    int socket;
    std::chrono::steady_clock::time_point since;
  };
  using ByTurn = std::map<std::uint64_t, Idle>;   // in which they began to idle: the longest idle in front
  ByTurn idle_;                                // between two requests
  ByTurn fresh_;                               // before the first
  std::uint64_t next_turn_ = 0;
  int kept_ = 0;                               // told so, but not idle yet
  bool winding_down_ = false;
  std::atomic<int> streams_{0};
  std::atomic<std::uint64_t> evicted_{0};
  std::atomic<std::uint64_t> timed_out_{0};
};

}  // namespace ledger::http
