#include "infra/memory/storage.hpp"

#include <algorithm>
#include <stdexcept>

namespace ledger::memory {

namespace {

std::string unknown(const log::PartitionId& partition) {
  return "there is no partition " + std::to_string(partition.number) + " of a topic \"" + partition.topic + "\"";
}

}  // namespace

bool Storage::create(const log::NewTopic& topic) {
  if (topic.partitions < 1) throw std::invalid_argument("a topic has at least one partition");
  const std::lock_guard lock{mutex_};
  const auto [place, fresh] = topics_.try_emplace(topic.name);
  if (!fresh) return false;
  place->second.as_created = topic;
  place->second.partitions.resize(static_cast<std::size_t>(topic.partitions));
  place->second.settings = {
      {"cleanup.policy", "delete"},
      {"retention.ms", "-1"},
      {"retention.bytes", "-1"},
      {"min.insync.replicas", std::to_string(topic.min_insync_replicas)},
      {"unclean.leader.election.enable", "false"},
      {"max.message.bytes", std::to_string(topic.max_message_bytes)},
      {"message.timestamp.type", "LogAppendTime"},
  };
  return true;
}

std::optional<log::TopicFacts> Storage::facts(const std::string& topic) const {
  const std::lock_guard lock{mutex_};
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return std::nullopt;
  const auto& [created, settings, partitions] = found->second;
  return log::TopicFacts{.partitions = static_cast<std::int32_t>(partitions.size()),
                         .replicas = created.replicas,
                         .settings = {settings.begin(), settings.end()}};
}

void Storage::set(const std::string& topic, const std::string& setting, const std::string& value) {
  const std::lock_guard lock{mutex_};
  topics_.at(topic).settings[setting] = value;
}

tl::expected<log::Offset, std::string> Storage::store(const log::PartitionId& partition, const log::Record& record, std::int64_t now_ms) {
  const std::lock_guard lock{mutex_};
  auto* home = find(partition);
  if (home == nullptr) return tl::unexpected(unknown(partition));
  if (record.bytes() > static_cast<std::size_t>(topics_.at(partition.topic).as_created.max_message_bytes)) {
    return tl::unexpected(std::string{"the record is larger than the topic allows"});
  }
  const auto offset = home->end();
  home->records.push_back({.partition = partition, .offset = offset, .append_time_ms = now_ms, .record = record});
  changed_.notify_all();
  return offset;
}

tl::expected<log::Ends, log::LogFault> Storage::ends(const log::PartitionId& partition) const {
  const std::lock_guard lock{mutex_};
  const auto* home = find(partition);
  if (home == nullptr) return tl::unexpected(log::LogFault{unknown(partition)});
  return log::Ends{.earliest = home->earliest, .end = home->end()};
}

tl::expected<std::optional<log::Arrival>, log::LogFault> Storage::at(const log::PartitionId& partition, log::Offset offset) const {
  const std::lock_guard lock{mutex_};
  const auto* home = find(partition);
  if (home == nullptr) return tl::unexpected(log::LogFault{unknown(partition)});
  if (offset < home->earliest || offset >= home->end()) return std::nullopt;
  return home->records[static_cast<std::size_t>(offset)];
}

std::vector<log::Arrival> Storage::all(const log::PartitionId& partition) const {
  const std::lock_guard lock{mutex_};
  const auto* home = find(partition);
  if (home == nullptr) throw std::invalid_argument(unknown(partition));
  return {home->records.begin() + home->earliest, home->records.end()};
}

void Storage::truncate(const log::PartitionId& partition, log::Offset end) {
  const std::lock_guard lock{mutex_};
  auto* home = find(partition);
  if (home == nullptr || end < home->earliest || end > home->end()) throw std::invalid_argument("nothing to truncate there");
  home->records.resize(static_cast<std::size_t>(end));
  changed_.notify_all();
}

void Storage::trim(const log::PartitionId& partition, log::Offset earliest) {
  const std::lock_guard lock{mutex_};
  auto* home = find(partition);
  if (home == nullptr || earliest < home->earliest || earliest > home->end()) throw std::invalid_argument("nothing to trim there");
  home->earliest = earliest;
  changed_.notify_all();
}

void Storage::disturb(const log::PartitionId& partition, log::Disturbance what) {
  const std::lock_guard lock{mutex_};
  auto* home = find(partition);
  if (home == nullptr) throw std::invalid_argument(unknown(partition));
  home->disturbances.push_back(what);
  changed_.notify_all();
}

void Storage::pause_reads(bool paused) {
  const std::lock_guard lock{mutex_};
  reads_paused_ = paused;
  changed_.notify_all();
}

std::size_t Storage::disturbances(const log::PartitionId& partition) const {
  const std::lock_guard lock{mutex_};
  const auto* home = find(partition);
  return home == nullptr ? 0 : home->disturbances.size();
}

log::Batch Storage::take(std::vector<Cursor>& cursors, std::chrono::milliseconds timeout, std::size_t max_records) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  if (!cursors.empty()) std::rotate(cursors.begin(), cursors.begin() + 1, cursors.end());   // a busy partition must not starve the others
  std::unique_lock lock{mutex_};
  for (;;) {
    auto batch = collect(cursors, max_records);
    if (!batch.arrivals.empty() || !batch.disturbances.empty()) return batch;
    // A wrong partition is an error to tell, but not a reason to come back early: the caller would spin.
    if (changed_.wait_until(lock, deadline) == std::cv_status::timeout) return collect(cursors, max_records);
  }
}

log::Batch Storage::collect(std::vector<Cursor>& cursors, std::size_t max_records) const {
  log::Batch batch;
  if (reads_paused_) return batch;
  for (auto& cursor : cursors) {
    const auto* home = find(cursor.partition);
    if (home == nullptr) {
      batch.errors.push_back(unknown(cursor.partition));
      continue;
    }
    for (; cursor.disturbances_seen < home->disturbances.size(); ++cursor.disturbances_seen) {
      batch.disturbances.push_back({cursor.partition, home->disturbances[cursor.disturbances_seen]});
    }
    if (cursor.lost) continue;
    if (cursor.next < home->earliest || cursor.next > home->end()) {
      cursor.lost = true;
      batch.disturbances.push_back({cursor.partition, log::Disturbance::offset_out_of_range});
      continue;
    }
    const auto room = static_cast<log::Offset>(max_records - batch.arrivals.size());
    const auto until = cursor.next + std::min(home->end() - cursor.next, room);
    batch.arrivals.insert(batch.arrivals.end(), home->records.begin() + cursor.next, home->records.begin() + until);
    cursor.next = until;
  }
  return batch;
}

const Storage::Partition* Storage::find(const log::PartitionId& partition) const {
  const auto topic = topics_.find(partition.topic);
  if (topic == topics_.end() || partition.number < 0) return nullptr;
  const auto index = static_cast<std::size_t>(partition.number);
  return index < topic->second.partitions.size() ? &topic->second.partitions[index] : nullptr;
}

Storage::Partition* Storage::find(const log::PartitionId& partition) {
  return const_cast<Partition*>(std::as_const(*this).find(partition));
}

}  // namespace ledger::memory
