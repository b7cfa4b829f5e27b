#include "app/models_elsewhere.hpp"

#include <algorithm>
#include <chrono>
#include <map>

#include "projections/checkpoints.hpp"
#include "projections/orders.hpp"
#include "projections/published/published.hpp"
#include "projections/registry.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::milliseconds kPatience{1'000};

using Heads = std::map<log::PartitionId, std::uint64_t>;

// What is known of a projection without running it.
struct Kept {
  std::string_view name;
  int version;
  std::vector<std::string_view> topics;
};

std::vector<Kept> all_kept() {
  std::vector<Kept> all;
  for (const auto* projection : projections::all()) all.push_back({projection->name(), projection->version(), projection->topics()});
  all.push_back({projections::kPublishedName, projections::kPublishedVersion, projections::log_topics()});
  return all;
}

Heads heads_of(const CommandSide& commands, const std::vector<std::string_view>& topics) {
  Heads heads;
  commands.each([&](const PartitionLoop& loop) {
    const auto& partition = loop.partition();
    const auto reads = [&](std::string_view topic) { return partition.topic.ends_with("." + std::string(topic)); };
    if (std::ranges::any_of(topics, reads)) heads.emplace(partition, loop.stats().head_height.load());
  });
  return heads;
}

void compare(projections::RunnerStatus& status, const Heads& heads, const projections::Anchors& anchors) {
  using enum projections::RunnerState;
  status.state = running;
  for (const auto& [partition, head] : heads) {
    projections::PartitionStatus each{.partition = partition};
    const auto at = anchors.find(partition);
    if (at == anchors.end()) {
      status.state = starting;
      each.lag = static_cast<std::int64_t>(head) + 1;
    } else {
      each.next_offset = at->second.next_offset;
      each.height = at->second.head.height;
      each.lag = static_cast<std::int64_t>(head - std::min(head, at->second.head.height));
    }
    status.partitions.push_back(std::move(each));
  }
}

void count_parked(projections::RunnerStatus& status, pg::Connection& connection) {
  const std::string schema = pg::quote_name(status.name);
  const auto rows = connection.query("SELECT (SELECT count(*) FROM " + schema + ".parked_stream), (SELECT count(*) FROM " + schema + ".parked_event)");
  status.parked_streams = rows[0].number(0);
  status.parked_events = rows[0].number(1);
}

}  // namespace

std::vector<projections::RunnerStatus> ModelsElsewhere::status() const {
  std::vector<projections::RunnerStatus> all;
  for (const auto& kept : all_kept()) {
    projections::RunnerStatus status;
    status.name = kept.name;
    status.version = kept.version;
    try {
      pool_.read(kPatience, [&](pg::Connection& connection) {
        compare(status, heads_of(commands_, kept.topics), projections::load_checkpoints(connection, status.name));
        count_parked(status, connection);
        if (projections::load_orders(connection, status.name).paused) status.state = projections::RunnerState::paused;
        return true;
      });
    } catch (const pg::Fault& fault) {
      status.state = fault.code == pg::Code::missing ? projections::RunnerState::starting : projections::RunnerState::backing_off;
      status.last_error = fault.what();
    }
    all.push_back(std::move(status));
  }
  return all;
}

}  // namespace ledger::app
