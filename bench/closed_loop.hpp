#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "bench/load/latencies.hpp"

namespace ledger::bench {

struct LoopTimes {
  std::chrono::milliseconds warm_up_ms{1'000};
  std::chrono::milliseconds measured_ms{5'000};
  std::chrono::milliseconds answer_timeout_ms{20'000};   // of the last calls, when the time is over
};

struct LoopResult {
  Latencies latencies;
  std::uint64_t failed = 0;
  double seconds = 0;
  double cpu_us_per_call = 0;          // of this process, all its threads; hardly depends on what else the machine does

  double per_second() const { return static_cast<double>(latencies.count()) / seconds; }
};

// Tells the outcome of a call, once, from any thread.
using Done = std::function<void(bool succeeded)>;
// Begins a call of a client (numbered from 0) and returns at once.
using BeginCall = std::function<void(int client, Done done)>;

// Clients that each have one call under way and begin the next when it is done, all driven by the caller's thread: the cost of the
// measuring is one thread's, however many the clients are. Throws std::runtime_error when calls are not answered in the end.
LoopResult run_closed_loop(int clients, const LoopTimes& times, const BeginCall& begin_call);

}  // namespace ledger::bench
