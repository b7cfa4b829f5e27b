#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "log/record.hpp"

namespace ledger::projections {

// A partition in which a read model is not there yet.
struct Behind {
  log::Position wanted;
  std::optional<std::uint64_t> height;  // where it stands; nothing: not begun
};

// How far one read model is, for whoever reads it. Thread-safe. Throws pg::Fault.
class ModelPositions {
 public:
  ModelPositions(pg::Pool& pool, std::string model) : pool_{pool}, model_{std::move(model)} {}

  // By topic and partition; those that have not begun are absent.
  std::vector<log::Position> now();

  // Waits until the model has reached all of the positions, but for those of topics that it does not read; at the deadline gives what is still missing. No session is
  // held while waiting.
  std::vector<Behind> wait_until(std::span<const log::Position> wanted, std::chrono::steady_clock::time_point deadline);

 private:
  pg::Pool& pool_;
  const std::string model_;
};

}  // namespace ledger::projections
