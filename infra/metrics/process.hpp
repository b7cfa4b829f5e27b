#pragma once

#include <chrono>
#include <string>

#include "infra/metrics/registry.hpp"

namespace ledger::metrics {

// What this process takes of the machine, as the kernel counts it.
struct ProcessFacts {
  double resident_bytes = 0;
  double threads = 0;
  double open_files = 0;
  double cpu_seconds = 0;
};
ProcessFacts process_facts();

// Tells them, the version, and the time since `started`.
void tell_process(Scrape& scrape, const std::string& version, std::chrono::steady_clock::time_point started);

}  // namespace ledger::metrics
