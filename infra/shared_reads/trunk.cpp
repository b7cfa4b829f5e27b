#include "infra/shared_reads/trunk.hpp"

#include <algorithm>
#include <utility>

namespace ledger::shared_reads {
namespace {

constexpr std::size_t kAtOnce = 1'000;                // records of one poll for all
constexpr std::size_t kErrorsKept = 4;                // of somebody who does not look

}  // namespace

void Trunk::Lane::drop_first() {
  from = kept.front()->offset + 1;
  bytes -= kept.front()->record.bytes();
  kept.pop_front();
  ++first_number;
}

bool Trunk::join(Seat& seat, const std::vector<log::ReadFrom>& from) {
  const std::lock_guard lock{mutex_};
  if (!std::ranges::all_of(from, [&](const auto& each) { return reaches(each); })) return false;
  for (const auto& [partition, offset] : from) {
    const auto [found, fresh] = lanes_.try_emplace(partition);
    auto& lane = found->second;
    if (fresh) {
      lane.from = lane.next = offset;
      lanes_changed_ = true;
    }
    lane.seats.insert(&seat);
    seat.places_[partition] = {lane.first_number, offset};
  }
  return true;
}

bool Trunk::reaches(const log::ReadFrom& from) const {
  const auto found = lanes_.find(from.partition);
  if (found == lanes_.end()) return true;
  const auto& lane = found->second;
  return !lane.out_of_range && from.offset >= lane.from && from.offset <= lane.next + kAheadRecords;
}

void Trunk::leave(Seat& seat) {
  std::unique_ptr<log::Reader> unused;
  const std::lock_guard lock{mutex_};
  give_up(seat);
  if (lanes_.empty() && !driving_) unused = std::move(reader_);
}

void Trunk::give_up(Seat& seat) {
  for (const auto& [partition, place] : seat.places_) {
    const auto found = lanes_.find(partition);
    found->second.seats.erase(&seat);
    if (found->second.seats.empty()) {
      lanes_.erase(found);
      lanes_changed_ = true;
    } else {
      drop_taken(found->second);
    }
  }
  seat = {};
}

std::optional<log::Batch> Trunk::poll(Seat& seat, std::chrono::milliseconds timeout, std::size_t max_records) {
  const auto deadline = Clock::now() + timeout;
  std::unique_lock lock{mutex_};
  for (bool looked = false;; looked = true) {           // also who does not wait looks once
    if (has_fallen_behind(seat)) {
      give_up(seat);
      return std::nullopt;
    }
    log::Batch batch{.arrivals = {}, .disturbances = std::exchange(seat.disturbances_, {}), .errors = std::exchange(seat.errors_, {})};
    const auto taken = take(seat, max_records);
    const auto left = std::max(std::chrono::milliseconds{0}, std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()));
    if (!taken.empty() || !batch.disturbances.empty() || !batch.errors.empty() || (left.count() == 0 && (looked || driving_))) {
      lock.unlock();
      batch.arrivals.reserve(taken.size());
      for (const auto& arrival : taken) batch.arrivals.push_back(*arrival);
      return batch;
    }
    if (driving_) {
      moved_.wait_for(lock, left);
    } else {
      drive(lock, left);
    }
  }
}

bool Trunk::has_fallen_behind(const Seat& seat) const {
  return std::ranges::any_of(seat.places_, [&](const auto& each) { return each.second.number < lanes_.at(each.first).first_number; });
}

// From every lane in turn: one of its records after the other would let a busy partition hold up the others.
Trunk::Arrivals Trunk::take(Seat& seat, std::size_t max_records) {
  Arrivals taken;
  const auto share = std::max<std::size_t>(1, max_records / std::max<std::size_t>(1, seat.places_.size()));
  for (bool more = true; more && taken.size() < max_records;) {
    more = false;
    for (auto& [partition, place] : seat.places_) {
      auto& lane = lanes_.at(partition);
      const auto before = place.number;
      for (std::size_t n = 0; n < share && taken.size() < max_records; ++n) {
        const auto index = place.number - lane.first_number;
        if (index >= lane.kept.size()) break;
        if (lane.kept[index]->offset >= place.from) taken.push_back(lane.kept[index]);
        ++place.number;
      }
      if (place.number == before) continue;
      more = true;
      drop_taken(lane);
    }
  }
  return taken;
}

void Trunk::drop_taken(Lane& lane) {
  if (lane.kept.empty()) return;
  std::uint64_t needed = lane.first_number + lane.kept.size();
  const auto& partition = lane.kept.front()->partition;
  for (const auto* seat : lane.seats) needed = std::min(needed, seat->places_.at(partition).number);
  while (lane.first_number < needed) lane.drop_first();
}

void Trunk::drive(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds timeout) {
  driving_ = true;
  log::Batch batch;
  try {
    if (lanes_changed_ || !reader_) renew_reader(lock);
    lock.unlock();
    batch = reader_->poll(timeout, kAtOnce);
    lock.lock();
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    driving_ = false;
    moved_.notify_all();
    throw;
  }
  driving_ = false;
  deliver(std::move(batch));
  moved_.notify_all();
}

// On from where each lane has got to. Whoever drives holds the lanes' changes off no longer than making a reader takes.
void Trunk::renew_reader(std::unique_lock<std::mutex>& lock) {
  std::vector<log::ReadFrom> from;
  for (const auto& [partition, lane] : lanes_) {
    if (!lane.out_of_range) from.push_back({partition, lane.next});
  }
  lanes_changed_ = false;
  lock.unlock();
  reader_.reset();
  reader_ = log_.read(from);
  lock.lock();
}

void Trunk::deliver(log::Batch batch) {
  // While it was read, partitions came or went: the next reader begins where each lane is, and brings all of this again.
  if (lanes_changed_) {
    batch.arrivals.clear();
    std::erase_if(batch.disturbances, [](const auto& each) { return each.what == log::Disturbance::offset_out_of_range; });
  }
  for (auto& arrival : batch.arrivals) {
    auto& lane = lanes_.at(arrival.partition);
    if (arrival.offset < lane.next) continue;         // a reader may give a record twice after a reconnect
    lane.next = arrival.offset + 1;
    lane.bytes += arrival.record.bytes();
    lane.kept.push_back(std::make_shared<const log::Arrival>(std::move(arrival)));
    keep_window(lane);
  }
  for (const auto& disturbed : batch.disturbances) {
    const auto found = lanes_.find(disturbed.partition);
    if (found == lanes_.end()) continue;
    if (disturbed.what == log::Disturbance::offset_out_of_range) found->second.out_of_range = true;
    for (auto* seat : found->second.seats) tell(*seat, disturbed);
  }
  if (batch.errors.empty()) return;
  std::set<Seat*> all;
  for (const auto& [partition, lane] : lanes_) all.insert(lane.seats.begin(), lane.seats.end());
  for (auto* seat : all) {
    for (const auto& error : batch.errors) {
      if (seat->errors_.size() < kErrorsKept) seat->errors_.push_back(error);
    }
  }
}

// What nobody has taken yet is kept whatever its size: it is of one poll, since who polls has taken everything before.
void Trunk::keep_window(Lane& lane) {
  std::uint64_t foremost = 0;
  const auto& partition = lane.kept.front()->partition;
  for (const auto* seat : lane.seats) foremost = std::max(foremost, seat->places_.at(partition).number);
  while (lane.bytes > window_bytes_ && lane.first_number < foremost) lane.drop_first();
}

void Trunk::tell(Seat& seat, const log::Disturbed& what) {
  const bool known = std::ranges::any_of(seat.disturbances_, [&](const auto& each) { return each.partition == what.partition && each.what == what.what; });
  if (!known) seat.disturbances_.push_back(what);
}

}  // namespace ledger::shared_reads
