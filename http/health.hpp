#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "projections/runner_status.hpp"
#include "infra/sealing/text_seals.hpp"

namespace ledger::http {

// Where /health looks. Each is called by any of the server's threads and must answer at once or after a short wait of its own.
struct HealthSources {
  std::function<Result<void, std::string>()> log;        // the sentence says what is wrong with it
  std::function<Result<void, std::string>()> postgres;
  std::function<std::vector<projections::RunnerStatus>()> projections;
  std::function<Result<sealing::TextSeals::Health, std::string>()> sealing;   // empty in a process that opens no texts
};

}  // namespace ledger::http
