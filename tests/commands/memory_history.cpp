#include "tests/commands/memory_history.hpp"

#include <algorithm>

namespace ledger {

void MemoryHistory::read(const log::Arrival& arrival) {
  const std::lock_guard lock(mutex_);
  auto& partition = partitions_.try_emplace(arrival.partition, Partition{log::LinkReader(arrival.partition), {}, false}).first->second;
  if (partition.halted || arrival.offset < partition.links.anchor().next_offset) return;
  const auto verdict = partition.links.read(arrival);
  partition.halted = std::holds_alternative<log::Halt>(verdict);
  const auto* counts = std::get_if<log::Counts>(&verdict);
  if (counts == nullptr || arrival.record.header("ce_kind")) return;
  if (auto event = open(arrival.record.headers, arrival.record.value)) partition.rows.push_back({counts->head.height, std::move(*event)});
}

void MemoryHistory::fail(std::string why) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(why);
}

Result<HistorySlice, HistoryFault> MemoryHistory::load(const HistoryQuery& query, std::chrono::milliseconds) {
  const std::lock_guard lock(mutex_);
  if (!fault_.empty()) return tl::unexpected(HistoryFault{fault_});
  HistorySlice slice;
  const auto found = partitions_.find(query.partition);
  if (found == partitions_.end() || !found->second.links.has_head()) return slice;
  slice.checkpoint = found->second.links.anchor();
  const auto wanted = [&](const RecordedEvent& event) {
    const auto has = [](const auto& all, const auto& one) { return std::find(all.begin(), all.end(), one) != all.end(); };
    return has(query.streams, event.stream.text()) || (!event.command_id.empty() && has(query.command_ids, event.command_id)) ||
           std::any_of(query.tags.begin(), query.tags.end(),
                       [&](const HistoryQuery::Tag& tag) { return event.partition_key == tag.partition_key && has(event.tags, tag.tag); });
  };
  for (const auto& row : found->second.rows) {
    if (wanted(row.event)) slice.rows.push_back(row);
  }
  return slice;
}

Result<std::vector<History::Checkpoint>, HistoryFault> MemoryHistory::checkpoints(const std::vector<std::string>& topics, std::chrono::milliseconds) {
  const std::lock_guard lock(mutex_);
  if (!fault_.empty()) return tl::unexpected(HistoryFault{fault_});
  std::vector<Checkpoint> all;
  for (const auto& [id, partition] : partitions_) {
    if (partition.links.has_head() && std::find(topics.begin(), topics.end(), id.topic) != topics.end()) all.push_back({id, partition.links.anchor()});
  }
  return all;
}

std::optional<log::Anchor> MemoryHistory::checkpoint(const log::PartitionId& partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = partitions_.find(partition);
  if (found == partitions_.end() || !found->second.links.has_head()) return std::nullopt;
  return found->second.links.anchor();
}

std::vector<HistoryRow> MemoryHistory::rows(const log::PartitionId& partition) const {
  const std::lock_guard lock(mutex_);
  const auto found = partitions_.find(partition);
  return found == partitions_.end() ? std::vector<HistoryRow>{} : found->second.rows;
}

}  // namespace ledger
