#include "http/caught_up.hpp"

#include <algorithm>
#include <chrono>
#include <span>

#include "commands/command_side.hpp"
#include "projections/positions.hpp"

namespace ledger::http {

void await_present(const Request& request, const App& app, LogTopic topic, std::string_view partition_key, projections::ModelPositions& model) {
  const auto partition = app.commands->partition_of(topic, partition_key);
  log::Position head{partition, 0};
  app.commands->each([&](const PartitionLoop& loop) {
    if (loop.partition() == partition) head.height = loop.stats().head_height;
  });
  const auto bound = std::min(app.settings.min_position_wait_ms, request.time_left());
  (void)model.wait_until(std::span{&head, 1}, std::chrono::steady_clock::now() + bound);
}

}  // namespace ledger::http
