#include "http/changes/caught_up.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "commands/command_side.hpp"
#include "projections/positions.hpp"

namespace ledger::http {

namespace {

template <class Wanted>
bool await_heads(const Request& request, const App& app, projections::ModelPositions& model, Wanted wanted) {
  std::vector<log::Position> heads;
  app.commands->each([&](const PartitionLoop& loop) {
    if (wanted(loop.partition())) heads.push_back({loop.partition(), loop.stats().head_height});
  });
  const auto bound = std::min(app.settings.min_position_wait_ms, request.time_left());
  return model.wait_until(heads, std::chrono::steady_clock::now() + bound).empty();
}

}  // namespace

bool await_present(const Request& request, const App& app, LogTopic topic, std::string_view partition_key, projections::ModelPositions& model) {
  const auto partition = app.commands->partition_of(topic, partition_key);
  return await_heads(request, app, model, [&](const log::PartitionId& one) { return one == partition; });
}

bool await_present(const Request& request, const App& app, LogTopic topic, projections::ModelPositions& model) {
  const auto name = topic_name(app.settings.topic_prefix, topic);
  return await_heads(request, app, model, [&](const log::PartitionId& one) { return one.topic == name; });
}

}  // namespace ledger::http
