#include "commands/log_guard.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace ledger {
namespace {

bool can_lose(const std::optional<TopicFault>& fault) { return fault && fault->kind == TopicFault::Kind::can_lose; }

std::optional<std::string> sentence(const std::optional<TopicFault>& fault) { return fault ? std::optional(fault->why) : std::nullopt; }

}  // namespace

bool LogGuard::State::is_fit() const {
  return !clock_is_wrong && std::ranges::none_of(topics, [](const auto& topic) { return topic.second.has_value(); });
}

LogGuard::LogGuard(LogGuardSettings settings, log::Log& log) : settings_(settings), log_(log) {}

LogGuard::~LogGuard() { stop(); }

void LogGuard::start(const FoundationSettings& foundation, const std::vector<log::PartitionId>& partitions, GuardHooks hooks) {
  foundation_ = foundation;
  hooks_ = std::move(hooks);
  for (const auto& partition : partitions) partitions_[partition.topic].push_back(partition);
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [topic, its] : partitions_) state_.topics[topic];
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

void LogGuard::stop() { thread_ = {}; }

std::optional<std::string> LogGuard::refuses(const std::string& topic) const {
  if (!any_can_lose_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = state_.topics.find(topic);
  if (found == state_.topics.end() || !can_lose(found->second)) return std::nullopt;
  return found->second->why;
}

LogGuard::State LogGuard::state() const {
  const std::lock_guard lock(mutex_);
  State state = state_;
  state.clock_apart_ms = clock_apart_ms_;
  return state;
}

void LogGuard::watch(const std::stop_token& stop) {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, settings_.every_ms, [] { return false; });
    }
    for (const auto& [topic, partitions] : partitions_) {
      if (stop.stop_requested()) return;
      look_at(topic, partitions);
    }
    if (stop.stop_requested()) return;
    look_at_clock();
    tell_foreign();
  }
}

void LogGuard::foreign_record(const log::PartitionId& partition, log::Offset offset) {
  const std::lock_guard lock(mutex_);
  auto& foreign = foreign_[partition];
  ++foreign.records;
  foreign.last = offset;
}

void LogGuard::tell_foreign() {
  std::map<log::PartitionId, Foreign> came;
  {
    const std::lock_guard lock(mutex_);
    came.swap(foreign_);
  }
  if (!hooks_.foreign) return;
  for (const auto& [partition, foreign] : came) hooks_.foreign(partition, foreign.records, foreign.last);
}

void LogGuard::look_at(const std::string& topic, const std::vector<log::PartitionId>& partitions) {
  auto fault = check_begun_topic(log_, topic, partitions, foundation_);
  const bool answered = !fault || fault->kind != TopicFault::Kind::unanswered;
  const auto why = sentence(fault);
  std::optional<std::string> before;
  {
    const std::lock_guard lock(mutex_);
    ++state_.looks;
    if (!answered) {
      ++state_.unanswered;
      return;
    }
    auto& known = state_.topics[topic];
    before = sentence(std::exchange(known, std::move(fault)));
    any_can_lose_ = std::ranges::any_of(state_.topics, [](const auto& each) { return can_lose(each.second); });
  }
  if (why == before || !hooks_.changed) return;
  hooks_.changed(topic, why && refuses(topic) ? *why + ". Until then nothing is written to it" : why);
}

void LogGuard::look_at_clock() {
  const auto apart_ms = clock_apart_ms_.load();
  const bool is_wrong = std::abs(apart_ms) > settings_.clock_skew_max_ms.count();
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(state_.clock_is_wrong, is_wrong) == is_wrong) return;
  }
  if (!hooks_.changed) return;
  hooks_.changed("clock", is_wrong ? std::optional("this machine's clock was " + std::to_string(std::abs(apart_ms)) + " ms " + (apart_ms > 0 ? "ahead of" : "behind") +
                                              " the log's when a record of ours was stored; at most " + std::to_string(settings_.clock_skew_max_ms.count()) +
                                              " are allowed. Synchronise them (NTP)")
                              : std::nullopt);
}

}  // namespace ledger
