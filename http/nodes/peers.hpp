#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"

namespace ledger::http {

struct PeerSettings {
  std::chrono::milliseconds connect_timeout_ms{1'000};
  std::chrono::milliseconds idle_max_ms{5'000};      // less than the peers' keep-alive: whoever waits longer may find the connection closed
  std::chrono::milliseconds pause_ms{1'000};         // so long a peer that failed is left alone
  std::size_t idle_connections_max = 64;             // kept for each peer
};

struct PeerCall {
  std::string method;
  std::string target;                                // path and query
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body;
};

struct PeerAnswer {
  int status = 0;
  std::string content_type;
  std::vector<std::pair<std::string, std::string>> headers;   // those of a resource; none of the connection's
  std::string body;
};

// Why there is no answer.
enum class PeerFault : std::uint8_t {
  paused,                              // not asked: it failed a moment ago
  unreachable,                         // no connection, or it broke before the whole call was out: it cannot have been taken
  silent,                              // the call was out, and no whole answer came in time: nobody knows
};

// Calls to the other nodes of the ledger, over connections that are kept for the next call. Each wait is bounded; names in addresses are looked
// up by the system's resolver, with its own bounds. Any thread.
class Peers {
 public:
  explicit Peers(PeerSettings settings);
  ~Peers();

  // `address` is host:port. The call is sent once at most.
  Result<PeerAnswer, PeerFault> call(const std::string& address, const PeerCall& call, std::chrono::milliseconds patience);
  // As if it had failed: it said itself that it is no good now.
  void pause(const std::string& address);

 private:
  using Clock = std::chrono::steady_clock;
  class Connection;
  struct Line {                        // to one peer
    std::vector<std::unique_ptr<Connection>> idle;   // the one used last at the end
    bool failing = false;
    Clock::time_point retry_at{};
  };

  bool may_try(const std::string& address);
  std::unique_ptr<Connection> take_idle(const std::string& address);
  std::unique_ptr<Connection> connect(const std::string& address) const;
  void succeeded(const std::string& address, std::unique_ptr<Connection> connection);

  const PeerSettings settings_;
  std::mutex mutex_;
  std::map<std::string, Line> lines_;  // by address; as many as there ever were peers, which the group of writers names
};

}  // namespace ledger::http
