#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/health.hpp"
#include "infra/postgres/pool.hpp"
#include "log/log.hpp"
#include "projections/runner_status.hpp"

namespace ledger::app {

// How the read models are.
using ModelStates = std::function<std::vector<projections::RunnerStatus>()>;

// Where /health looks in a process that has these. All of them must outlive it; each is asked for a short time at most.
http::HealthSources health_sources(log::Log& log, const std::string& topic_prefix, pg::Pool& pool, ModelStates models);

// Whether the master keys are those that are needed; asked for a short time at most.
Result<sealing::TextSeals::Health, std::string> ask_seals(const sealing::TextSeals& seals);

}  // namespace ledger::app
