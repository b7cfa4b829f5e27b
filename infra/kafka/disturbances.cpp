#include "infra/kafka/disturbances.hpp"

#include <utility>

namespace ledger::kafka {

void Disturbances::connection_answers() {
  if (!lost_.exchange(false)) return;
  const std::lock_guard lock{mutex_};
  for (const auto& partition : partitions_) noted_.push_back({partition, log::Disturbance::reconnected});
}

void Disturbances::note(log::Disturbed disturbed) {
  const std::lock_guard lock{mutex_};
  noted_.push_back(std::move(disturbed));
}

std::vector<log::Disturbed> Disturbances::take() {
  const std::lock_guard lock{mutex_};
  return std::exchange(noted_, {});
}

}  // namespace ledger::kafka
