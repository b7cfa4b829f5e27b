#include "projections/follower.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace ledger::projections {

Follower::Follower(log::Log& log, std::vector<Start> starts, FollowerSettings settings, Concern concern)
    : log_{log}, settings_{settings}, concern_{std::move(concern)}, compared_{std::chrono::steady_clock::now()} {
  std::vector<log::ReadFrom> from;
  for (auto& start : starts) {
    const auto& partition = start.partition;
    auto reader = start.anchor ? log::LinkReader{partition, start.anchor->behind_head()} : log::LinkReader{partition};
    if (const auto lost = lost_foothold(reader)) {
      halt(partition, lost->why_not() + std::string{log::kCutUnderneath});
      continue;
    }
    from.push_back({partition, reader.anchor().next_offset});
    lanes_.emplace(partition, Lane{std::move(reader), start.until});
  }
  if (!from.empty()) reader_ = log_.read(from);
}

Followed Follower::next(const BatchLimits& limits) {
  // Small polls, so that a batch of large records does not go far past its bound in bytes.
  constexpr std::size_t kPoll = 256;
  constexpr std::chrono::milliseconds kNoWait{0};
  Followed followed;
  const auto poll_for = [&](std::chrono::milliseconds wait) {
    return poll(followed, wait, std::min(kPoll, limits.max_records - followed.counted.size()));
  };
  if (!poll_for(limits.first_wait_ms)) return followed;
  const auto begin = std::chrono::steady_clock::now();
  while (followed.counted.size() < limits.max_records && followed.bytes < limits.max_bytes && !finished()) {
    const bool may_wait = !followed.concerns && !followed.empty();
    const auto open_ms = may_wait ? std::max(limits.max_ms, limits.unconcerned_ms) : limits.max_ms;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(begin + open_ms - std::chrono::steady_clock::now());
    if (left <= kNoWait) break;
    const bool waits = may_wait && limits.unconcerned_ms > kNoWait;
    if (!poll_for(waits ? left : kNoWait) && !waits) break;
  }
  return followed;
}

bool Follower::finished() const {
  return std::ranges::all_of(lanes_, [this](const auto& each) {
    const auto& [partition, lane] = each;
    return halted_.contains(partition) || (lane.until && lane.reader.anchor().next_offset >= *lane.until);
  });
}

bool Follower::poll(Followed& followed, std::chrono::milliseconds timeout, std::size_t max_records) {
  if (!reader_) {
    std::this_thread::sleep_for(timeout);
    return false;
  }
  auto batch = reader_->poll(timeout, max_records);
  if (!batch.errors.empty()) last_error_ = batch.errors.back();
  if (!batch.disturbances.empty()) suspicious_ = true;
  for (const auto& [partition, what] : batch.disturbances) {
    if (what == log::Disturbance::offset_out_of_range) lanes_.at(partition).out_of_range = true;
  }
  const bool came = !batch.arrivals.empty();
  for (auto& arrival : batch.arrivals) take(followed, std::move(arrival));
  if (suspicious_ || std::chrono::steady_clock::now() - compared_ >= settings_.head_check_every_ms) compare_heads();
  return came;
}

void Follower::take(Followed& followed, log::Arrival arrival) {
  const auto found = lanes_.find(arrival.partition);
  if (found == lanes_.end() || halted_.contains(arrival.partition)) return;
  auto& [partition, lane] = *found;
  // A reader may give a record twice after a reconnect; what stands behind `until` is for later.
  if (arrival.offset < lane.reader.anchor().next_offset || (lane.until && arrival.offset >= *lane.until)) return;

  const auto verdict = lane.reader.read(arrival);
  if (const auto* halted = std::get_if<log::Halt>(&verdict)) {
    return halt(partition, "offset " + std::to_string(arrival.offset) + ": " + halted->why);
  }
  if (const auto* voided = std::get_if<log::Void>(&verdict)) {
    ++voids_.at(static_cast<std::size_t>(voided->cls));
    if (voided->cls == log::VoidClass::orphan) suspicious_ = true;
  } else {
    const auto& head = std::get<log::Counts>(verdict).head;
    followed.bytes += arrival.record.bytes();
    followed.counted.push_back(make_applied({partition, head.height}, arrival.offset, arrival.append_time_ms,
                                            std::move(arrival.record), head));
    followed.concerns = followed.concerns || !concern_ || concern_(followed.counted.back());
  }
  if (lane.reader.has_head()) followed.to.insert_or_assign(partition, lane.reader.anchor());
}

std::optional<log::Foothold> Follower::lost_foothold(const log::LinkReader& reader) {
  for (const auto& foothold : reader.footholds()) {
    const auto found = log_.at(reader.partition(), foothold.offset, settings_.log_timeout_ms);
    if (!found) throw LogAway{found.error().why};
    if (!foothold.holds(*found)) return foothold;
  }
  return std::nullopt;
}

void Follower::compare_heads() {
  try {
    for (const auto& [partition, lane] : lanes_) {
      if (!halted_.contains(partition)) compare_head(partition, lane);
    }
    suspicious_ = false;
  } catch (const LogAway& away) {
    last_error_ = away.what();  // still suspicious: compared again with the next poll
  }
  compared_ = std::chrono::steady_clock::now();
}

void Follower::compare_head(const log::PartitionId& partition, const Lane& lane) {
  if (const auto lost = lost_foothold(lane.reader)) {
    halt(partition, lost->why_not() + std::string{log::kCutUnderneath});
  } else if (lane.out_of_range) {
    // Nothing that counts is missing. But what comes before this offset would never be read.
    halt(partition, "the log ends before offset " + std::to_string(lane.reader.anchor().next_offset) +
                        ", up to which it had been read" + std::string{log::kCutUnderneath});
  }
}

void Follower::halt(const log::PartitionId& partition, const std::string& why) { halted_.emplace(partition, why); }

bool Follower::reached(const log::PartitionId& partition, log::Offset offset) const {
  const auto found = lanes_.find(partition);
  return offset <= 0 || (found != lanes_.end() && found->second.reader.anchor().next_offset >= offset);
}

}  // namespace ledger::projections
