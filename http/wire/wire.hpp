#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace ledger::http::wire {

// How long the other side may take: some time at first, and more for every byte moved, so that whoever goes on at less than 64 KiB/s runs out
// of it. That bounds the time a client can hold a thread without bounding what it may send or read. Whoever stops altogether is not given more
// than the first time again, however much credit he has: what the kernel took for him earned some, too.
class Pace {
 public:
  enum class Credit : std::uint8_t { none, by_bytes };

  Pace(std::chrono::milliseconds grace, Credit credit);
  void moved(std::size_t bytes);
  std::chrono::milliseconds left() const;      // never negative

 private:
  std::chrono::milliseconds grace_;
  std::chrono::steady_clock::time_point until_;
  std::chrono::steady_clock::time_point stalled_at_;
  Credit credit_;
};

// Why nothing more comes or goes.
enum class Cut : std::uint8_t {
  closed,                              // by the client, or the connection broke
  timeout,
  too_large,                           // the head
  stopping,                            // only while waiting for a request
};

// The bytes of one connection, in and out, each wait bounded. One thread. Does not own the socket.
class Wire {
 public:
  // `stop_signal` is a descriptor that becomes readable when the server stops.
  Wire(int socket, int stop_signal) : socket_(socket), stop_signal_(stop_signal) {}

  // Waits until a request begins to come.
  Result<void, Cut> await_request(std::chrono::milliseconds at_most);
  // Takes a head: everything up to the first empty line, that included. `closed` when not a byte of one came.
  Result<std::string, Cut> read_head(std::size_t max_bytes, std::chrono::milliseconds at_most);
  // Takes some bytes of what follows: at least one, at most `max_bytes`. The view is good until the next call.
  Result<std::string_view, Cut> read_some(std::size_t max_bytes, Pace& pace);
  // The same of what is there now: empty when nothing is.
  Result<std::string_view, Cut> read_now(std::size_t max_bytes);
  // Puts back the last bytes of what read_some gave.
  void put_back(std::size_t bytes) { begin_ -= bytes; }

  // Sends all of it, as one.
  Result<void, Cut> send(std::initializer_list<std::string_view> pieces, Pace& pace);
  // Sends what the other side takes now, and tells how much that was.
  Result<std::size_t, Cut> send_now(std::string_view bytes);
  struct Awaited {
    bool to_read = false;              // something has come
    bool to_send = false;              // there is room
    bool to_stop = false;              // the server stops
    int wake = -1;                     // this descriptor is readable
  };
  // Waits until one of these is so.
  void wait_for_any(const Awaited& awaited, std::chrono::milliseconds at_most);
  // Waits; returns early when the server stops or the client closes. True when the client has closed its side.
  bool wait(std::chrono::milliseconds at_most);
  // Says that nothing more will be sent, and reads what still comes away, for a short while: closing over unread bytes would reset the
  // connection, and the client would lose the answer.
  void linger(std::chrono::milliseconds at_most, std::size_t max_bytes);

  bool has_buffered() const { return begin_ < buffer_.size(); }
  bool stopping() const;
  // The client has closed its side: it sends nothing more and, as a rule, waits for nothing.
  bool is_closed() const;

 private:
  Result<void, Cut> fill(Pace& pace);  // at least one more byte into the buffer
  Result<std::size_t, Cut> fill_now(); // what is there: perhaps nothing

  int socket_;
  int stop_signal_;
  std::string buffer_;                 // received, from begin_ on not yet taken
  std::size_t begin_ = 0;
};

}  // namespace ledger::http::wire
