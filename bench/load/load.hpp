#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "bench/load/latencies.hpp"
#include "bench/load/wire.hpp"

namespace ledger::bench {

struct Load {
  int clients = 1;                                     // connections, each with one call under way
  std::chrono::milliseconds warm_up_ms{1'000};         // not counted
  std::chrono::milliseconds measured_ms{5'000};
  std::chrono::milliseconds answer_timeout_ms{10'000};
};

struct Measured {
  Latencies latencies;                                 // of answers 2xx
  std::uint64_t refused = 0;                           // other answers
  std::uint64_t broken = 0;                            // calls without an answer; the connection was begun anew
  int a_refused_status = 0;                            // an example of what else came, with its body
  std::string a_refused_body;
  double seconds = 0;

  double per_second() const { return seconds > 0 ? static_cast<double>(latencies.count()) / seconds : 0; }
};

// The bytes of a client's next call.
using NextRequest = std::function<std::string(int client)>;

// Keeps `clients` keep-alive connections busy from one thread, the caller's: the machine's other cores stay with the server. Throws when
// the target cannot be connected to; ends early when told to stop.
Measured run_load(const Target& target, const Load& load, const NextRequest& next, const std::stop_token& stop);

}  // namespace ledger::bench
