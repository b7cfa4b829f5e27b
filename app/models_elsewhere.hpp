#pragma once

#include <vector>

#include "commands/command_side.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/runner_status.hpp"

namespace ledger::app {

// How the read models are that other processes keep up, as their tables and our own reading of the log show it. Any thread.
class ModelsElsewhere {
 public:
  ModelsElsewhere(pg::Pool& pool, const CommandSide& commands) : pool_(pool), commands_(commands) {}

  // A model that somebody has begun on every partition is `running`, before that `starting`; `backing_off` when PostgreSQL cannot say. Lag
  // is told in records that count. Waits for PostgreSQL a short time at most.
  std::vector<projections::RunnerStatus> status() const;

 private:
  pg::Pool& pool_;
  const CommandSide& commands_;
};

}  // namespace ledger::app
