#include "infra/kafka/leader_watch.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace ledger::kafka {

namespace {

// Nothing known, or nobody leading at the moment, is not a change; the next leader is compared with the last one known.
bool changed(const std::vector<std::int32_t>& before, const std::vector<std::int32_t>& now, std::size_t partition) {
  return partition < before.size() && partition < now.size() && before[partition] != -1 && now[partition] != -1 &&
         before[partition] != now[partition];
}

}  // namespace

LeaderWatch::LeaderWatch(Asker& asker, std::chrono::milliseconds interval, std::chrono::milliseconds timeout)
    : asker_{asker}, interval_{interval}, timeout_{timeout}, thread_{[this](const std::stop_token& stop) { run(stop); }} {}

LeaderWatch::~LeaderWatch() {
  thread_.request_stop();
  thread_.join();
}

void LeaderWatch::add(const std::shared_ptr<Disturbances>& reader) {
  const std::lock_guard lock{mutex_};
  readers_.push_back(reader);
}

void LeaderWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    look(living());
    std::unique_lock lock{mutex_};
    woken_.wait_for(lock, stop, interval_, [] { return false; });
  }
}

std::vector<std::shared_ptr<Disturbances>> LeaderWatch::living() {
  const std::lock_guard lock{mutex_};
  std::vector<std::shared_ptr<Disturbances>> living;
  for (const auto& reader : readers_) {
    if (auto alive = reader.lock()) living.push_back(std::move(alive));
  }
  readers_.assign(living.begin(), living.end());
  return living;
}

void LeaderWatch::look(const std::vector<std::shared_ptr<Disturbances>>& readers) {
  std::set<std::string> topics;
  for (const auto& reader : readers) {
    for (const auto& partition : reader->partitions()) topics.insert(partition.topic);
  }
  for (const auto& topic : topics) {
    auto now = asker_.leaders(topic, timeout_);
    if (!now) {                                       // nobody answers, so the readers are cut off too
      for (const auto& reader : readers) reader->connection_lost();
      return;
    }
    auto& before = leaders_[topic];
    for (const auto& reader : readers) {
      for (const auto& partition : reader->partitions()) {
        if (partition.topic != topic || !changed(before, *now, static_cast<std::size_t>(partition.number))) continue;
        reader->note({partition, log::Disturbance::leader_changed});
      }
    }
    before.resize(std::max(before.size(), now->size()), -1);
    for (std::size_t n = 0; n < now->size(); ++n) {
      if ((*now)[n] != -1) before[n] = (*now)[n];
    }
  }
  for (const auto& reader : readers) reader->connection_answers();
}

}  // namespace ledger::kafka
