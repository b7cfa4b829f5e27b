#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <stop_token>

#include "bench/load/latencies.hpp"
#include "bench/load/load.hpp"
#include "bench/load/wire.hpp"

namespace ledger::bench {

// Calls that are made at a rate, whatever became of those before: what a crowd of users does, and what a closed loop cannot show.
struct Offered {
  double per_second = 100;
  std::chrono::milliseconds warm_up_ms{1'000};         // not counted
  std::chrono::milliseconds measured_ms{5'000};
  std::chrono::milliseconds patience_ms{5'000};        // who has no answer by then gives up, and closes his connection
  int max_connections = 1'000;                         // open at a time; calls that would need more are not made
};

struct Served {
  Latencies accepted;                  // 2xx; from the moment at which the call was due, so that nothing hides while the generator is late
  Latencies refused;                   // 429 and 503 with Retry-After
  std::map<int, std::uint64_t> other;  // further answers, by status
  std::uint64_t given_up = 0;          // no answer in time
  std::uint64_t broken = 0;            // the connection ended without an answer
  std::uint64_t not_made = 0;
  int most_connections = 0;
  double seconds = 0;

  std::uint64_t offered() const;       // all of them
  double accepted_per_second() const { return seconds > 0 ? static_cast<double>(accepted.count()) / seconds : 0; }
};

// From the caller's thread. Intervals are exponential with a fixed seed: bursts, as independent users make them, and the same in every run. Calls of the
// measured time are all followed to their end.
Served run_offered(const Target& target, const Offered& offered, const NextRequest& next, const std::stop_token& stop);

}  // namespace ledger::bench
