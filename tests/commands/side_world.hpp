#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "commands/command_side.hpp"
#include "log/partitioner.hpp"
#include "tests/commands/loop_world.hpp"

namespace ledger::stage {

// Two partitions of each topic, and patience.
inline CommandSideSettings small() {
  CommandSideSettings settings;
  settings.foundation.partitions = 2;
  settings.foundation.timeout_ms = std::chrono::milliseconds(5'000);
  settings.start_timeout_ms = std::chrono::milliseconds(30'000);
  settings.command_deadline_ms = std::chrono::milliseconds(20'000);
  settings.history_poll_ms = std::chrono::milliseconds(5);
  settings.group.members_every_ms = std::chrono::milliseconds(100);
  return settings;
}

inline std::vector<log::PartitionId> all_partitions() {
  std::vector<log::PartitionId> all;
  for (const auto topic : kLogTopics) {
    for (std::int32_t number = 0; number < 2; ++number) all.push_back({topic_name("promptledger", topic), number});
  }
  return all;
}

// Where words.hpp's commands go.
inline log::PartitionId partition_of_words() { return {topic_name("promptledger", LogTopic::prompts), log::partition_of(words::kKey, 2)}; }

inline std::unique_ptr<CommandSide> side(log::Log& log, History& history, const std::string& node, const CommandSideSettings& settings = small(),
                                         std::function<void(const log::PartitionId&)> on_halt = {}) {
  auto next = std::make_shared<std::atomic<int>>(0);
  return std::make_unique<CommandSide>(settings, log, history, writer_name(node, "start-1"), [node, next] { return node + "-" + std::to_string(++*next); },
                                       [on_halt](const log::PartitionId& partition, const std::string&) {
                                         if (on_halt) on_halt(partition);
                                       });
}

}  // namespace ledger::stage
