#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <stop_token>
#include <string>

#include "bench/load/wire.hpp"

// Executions recorded in batches, by a ledger's public API alone.
namespace ledger::bench {

struct BatchLoad {
  int clients = 2;                     // each sends one batch after the other
  std::size_t lines = 10'000;          // of a batch
  std::chrono::milliseconds measured_ms{5'000};
  std::chrono::milliseconds answer_timeout_ms{60'000};
};

struct MeasuredBatches {
  std::uint64_t recorded = 0;          // lines, of batches that ended within the time
  std::uint64_t others = 0;            // rejected, not stored, open or not taken
  std::string an_other;                // how one of those was told
  double seconds = 0;                  // to the end of the last batch

  double per_second() const { return seconds > 0 ? static_cast<double>(recorded) / seconds : 0; }
};

// Makes a prompt, records executions of it for the time, and lets the batches under way come to their end. Throws std::runtime_error when it is refused
// altogether.
MeasuredBatches run_batches(const Target& target, const BatchLoad& load, const std::string& run, const std::stop_token& stop);

}  // namespace ledger::bench
