#pragma once

#include "commands/history.hpp"
#include "infra/postgres/pool.hpp"

namespace ledger::projections {

// The command side's port to the read model `history`. Thread-safe; a load is one statement, hence one snapshot and one
// round trip.
class HistoryStore final : public History {
 public:
  // The pool's server must be the primary: a replica may lag.
  explicit HistoryStore(pg::Pool& pool) : pool_{pool} {}

  Result<HistorySlice, HistoryFault> load(const HistoryQuery& query, std::chrono::milliseconds timeout) override;
  Result<std::vector<Checkpoint>, HistoryFault> checkpoints(const std::vector<std::string>& topics,
                                                            std::chrono::milliseconds timeout) override;

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
