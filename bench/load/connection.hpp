#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "bench/load/wire.hpp"

struct addrinfo;

namespace ledger::bench {

// Where a target's name leads, looked up once.
class Address {
 public:
  explicit Address(const Target& target);
  ~Address();
  Address(const Address&) = delete;
  Address& operator=(const Address&) = delete;

  const addrinfo& info() const { return *found_; }

 private:
  addrinfo* found_ = nullptr;
};

// One TCP connection to the target. Faults are std::system_error or std::runtime_error with a sentence.
class Connection {
 public:
  // Waits at most `timeout` to be connected, and at most that long for each later piece of a call.
  Connection(const Target& target, std::chrono::milliseconds timeout);
  // Waits for nothing: the socket can be written to when it is connected, and reading tells when it could not be.
  static Connection begin(const Address& address);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;

  // Sends and waits for the whole answer.
  Answer call(std::string_view request);

  int socket() const { return socket_; }
  // For a loop that waits for many: reading and writing no longer wait.
  void stop_waiting();

 private:
  Connection() = default;

  int socket_ = -1;
};

}  // namespace ledger::bench
