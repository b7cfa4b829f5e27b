#include "commands/partition_writer.hpp"

#include <algorithm>
#include <utility>

namespace ledger {
namespace {

constexpr std::chrono::milliseconds kHeadCheckAgain{1'000};   // when the log could not say

}  // namespace

std::string_view to_text(NotStored::Why why) {
  switch (why) {
    case NotStored::Why::overloaded: return "overloaded";
    case NotStored::Why::history_away: return "history_away";
    case NotStored::Why::history_behind: return "history_behind";
    case NotStored::Why::lost_race: return "lost_race";
    case NotStored::Why::log_away: return "log_away";
    case NotStored::Why::unreadable: return "unreadable";
    case NotStored::Why::halted: return "halted";
    case NotStored::Why::stopping: return "stopping";
    case NotStored::Why::moved: return "moved";
    case NotStored::Why::unfit_log: return "unfit_log";
  }
  return "unknown";
}

std::string_view to_text(WriterStats::Phase phase) {
  switch (phase) {
    case WriterStats::Phase::reading: return "reading";
    case WriterStats::Phase::standby: return "standby";
    case WriterStats::Phase::taking_over: return "taking_over";
    case WriterStats::Phase::assigned: return "assigned";
    case WriterStats::Phase::releasing: return "releasing";
    case WriterStats::Phase::halted: return "halted";
    case WriterStats::Phase::stopped: return "stopped";
  }
  return "unknown";
}

void WriterStats::Latency::add(std::chrono::steady_clock::duration taken) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
  ++counts[static_cast<std::size_t>(std::ranges::lower_bound(kBoundsUs, us) - kBoundsUs.begin())];
  sum_us += static_cast<std::uint64_t>(us);
}

PartitionWriter::PartitionWriter(WriterSettings settings, log::PartitionId partition, std::string writer_name,
                                 std::function<std::string()> new_event_id, Outbox& outbox)
    : settings_(settings),
      name_(std::move(writer_name)),
      new_event_id_(std::move(new_event_id)),
      outbox_(outbox),
      reader_(std::move(partition)),
      cache_(settings.cache_max_bytes),
      tail_(settings.tail_max_bytes) {}

const std::string& PartitionWriter::Command::command_id() const {
  static const std::string none;
  if (inquiry) return inquiry->command_id;
  return proposal->key ? proposal->key->id : none;
}

void PartitionWriter::start(const std::optional<log::Anchor>& from, const Moment& now) {
  if (from) {
    reader_ = log::LinkReader(reader_.partition(), *from);
    speculative_ = from->head;
    tell_head(from->head);
    unproven_ = reader_.footholds().front();
    compare_head();
  }
  last_head_check_ = now.mono;
  end_asked_ = true;
  outbox_.ask_end();
}

void PartitionWriter::on_records(const std::vector<log::Arrival>& arrivals, const Moment& now) {
  last_read_ = now.mono;
  for (const auto& arrival : arrivals) {
    if (halted()) return;
    // Read again after a reconnect: it was judged before.
    if (arrival.offset < reader_.anchor().next_offset) continue;
    const auto verdict = reader_.read(arrival);
    if (const auto* counts = std::get_if<log::Counts>(&verdict)) {
      count(arrival, counts->head, now);
    } else if (const auto* nothing = std::get_if<log::Void>(&verdict)) {
      see_void(arrival, nothing->cls, now);
    } else {
      halt("the record at offset " + std::to_string(arrival.offset) + " is not to be believed: " + std::get<log::Halt>(verdict).why +
           ". Restore the partition, and find out who can write to it (see docs/operating.md, 'A halted partition')");
      return;
    }
  }
}

void PartitionWriter::count(const log::Arrival& arrival, const log::Head& head, const Moment& now) {
  const bool own = !flights_.empty() && flights_.front().after.hash == head.hash;
  if (own) {
    count_own(arrival, head, now);
  } else {
    count_foreign(arrival, head, now);
  }
  note_writer(arrival.record);
  tell_head(head);
}

void PartitionWriter::tell_head(const log::Head& head) {
  stats_.head_height = head.height;
  stats_.head_recorded_us = head.recorded_us;
}

void PartitionWriter::count_own(const log::Arrival& arrival, const log::Head& head, const Moment& now) {
  Flight flight = std::move(flights_.front());
  flights_.pop_front();
  flights_bytes_ -= flight.bytes;
  own_counted_height_ = head.height;
  lost_heads_.clear();
  cache_.count(flight.changes);

  stats_.read_back.add(now.mono - flight.sent_at);
  tell_clock(arrival, flight, now);

  Counted counted{arrival.offset, std::move(flight.command), {}, now.mono, flight.send};
  if (flight.event) {
    outbox_.counted(*flight.event);
    if (!flight.event->command_id.empty()) flight_keys_.erase(flight.event->command_id);
    counted.accepted = Accepted{{arrival.partition, head.height}, flight.event->stream, flight.event->sequence, std::move(flight.state), flight.event, false};
  }
  counted_.push_back(std::move(counted));
  tail_.push(head, std::move(flight.event), flight.bytes);
}

// The log stamped it between its first sending and now: only what lies outside of that says anything of the clocks.
void PartitionWriter::tell_clock(const log::Arrival& arrival, const Flight& flight, const Moment& now) {
  if (arrival.append_time_ms <= 0) return;
  const std::chrono::milliseconds stamped(arrival.append_time_ms);
  const auto read = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::microseconds(now.wall_us));
  const auto sent = read - std::chrono::ceil<std::chrono::milliseconds>(now.mono - flight.sent_at);
  outbox_.clock_apart(stamped < sent ? sent - stamped : stamped > read ? read - stamped : std::chrono::milliseconds(0));
}

void PartitionWriter::count_foreign(const log::Arrival& arrival, const log::Head& head, const Moment& now) {
  const bool own_barrier = doubt_ && doubt_->barrier && doubt_->barrier->hash == head.hash;
  if (own_barrier) {
    own_counted_height_ = head.height;
  } else if (phase_ != Phase::reading) {
    ++stats_.foreign_heads;
    if (std::any_of(flights_.begin(), flights_.end(), [](const Flight& flight) { return flight.command != nullptr; })) {
      lose_head(std::string(arrival.record.header("ce_writer").value_or("")), now);
    }
    see_take_over(arrival.record);
  }
  speculative_ = head;
  void_flights(own_barrier ? VoidBy::own_barrier : VoidBy::foreign, now);

  std::optional<RecordedEvent> event;
  if (!arrival.record.header("ce_kind")) {
    // What it means never decides whether it counts: what cannot be opened is parked by the projections, and is no event to decide on.
    if (auto opened = open(arrival.record.headers, arrival.record.value)) event = std::move(*opened);
    if (event) {
      std::sort(event->tags.begin(), event->tags.end());
      event->tags.erase(std::unique(event->tags.begin(), event->tags.end()), event->tags.end());
    }
  }
  if (event) {
    outbox_.counted(*event);
    cache_.apply_counted(*event);
  }
  tail_.push(head, std::move(event), arrival.record.bytes());
}

void PartitionWriter::see_void(const log::Arrival& arrival, log::VoidClass cls, const Moment& now) {
  ++stats_.voids[static_cast<std::size_t>(cls)];
  const auto hash = log::parse_hash(arrival.record.header("ce_hash").value_or(""));
  const bool own = hash && std::any_of(flights_.begin(), flights_.end(), [&](const Flight& flight) { return flight.after.hash == *hash; });
  if (own) {
    // Its predecessor is missing: an earlier flight was lost or is late. A copy of it may still count, so this proves nothing yet.
    ++stats_.own_void;
    enter_doubt(now);
    return;
  }
  if (cls == log::VoidClass::orphan) compare_head();
  if (cls == log::VoidClass::unlinked && phase_ != Phase::reading) outbox_.foreign_record(arrival.offset);
  if (phase_ != Phase::reading) see_take_over(arrival.record);
}

void PartitionWriter::note_writer(const log::Record& record) {
  const auto writer = record.header("ce_writer").value_or("");
  if (writer == head_writer_) return;
  head_writer_ = writer;
  outbox_.head_written_by(head_writer_);
}

// The committed head was taken by a record that follows it and is none of my flights: they are void, for ever (protocol step 15).
void PartitionWriter::void_flights(VoidBy by, const Moment& now) {
  const NotStored late{NotStored::Why::log_away, "the log did not take it in time; nothing was stored", 1000};
  const NotStored lost = by == VoidBy::own_barrier ? late : NotStored{NotStored::Why::lost_race, "another writer was faster; nothing was stored", 50};
  std::list<CommandPtr> again;
  for (auto& flight : flights_) {
    ++stats_.speculation_discarded;
    cache_.discard(flight.changes);
    if (!flight.command || flight.command->answered) continue;
    if (flight.command->once()) {
      answer(*flight.command, lost);
    } else if (now.mono >= flight.command->deadlines.decide_by) {
      answer(*flight.command, late);
    } else {
      again.push_back(std::move(flight.command));
    }
  }
  flights_.clear();
  flights_bytes_ = 0;
  flight_keys_.clear();
  for (auto& follower : followers_) again.push_back(std::move(follower.command));
  followers_.clear();
  // What was to be rejected was decided on a past that did not come: no key, decide again; a key, never by itself.
  for (auto& held : held_) {
    if (held.command->once()) {
      answer(*held.command, lost);
    } else {
      again.push_back(std::move(held.command));
    }
  }
  held_.clear();
  for (const auto& command : again) waiting_bytes_ += command->bytes();
  waiting_.splice(waiting_.begin(), again);
  if (by == VoidBy::foreign) refuse_waiting_once();
  if (doubt_) {
    doubt_->barrier.reset();
    if (counted_.empty()) doubt_.reset();
  }
}

// The record that took the head may be what makes a rejection of the same key safe elsewhere. A command that came before must not take
// effect behind it, though it was not even decided yet.
void PartitionWriter::refuse_waiting_once() {
  waiting_.remove_if([&](const CommandPtr& command) {
    if (!command->once()) return false;
    waiting_bytes_ -= command->bytes();
    answer(*command, NotStored{NotStored::Why::lost_race, "another writer wrote meanwhile; nothing was stored", 50});
    return true;
  });
}

// Reports of sends before the oldest that is not settled tell of what counts already, or is void.
bool PartitionWriter::matters(SendId id) const {
  if (!counted_.empty()) return id >= counted_.front().send;
  return !flights_.empty() && id >= flights_.front().send;
}

void PartitionWriter::on_report(SendId id, const log::Report& report, const Moment& now) {
  if (halted()) return;
  if (const auto sent = unreported_.extract(id); report.offset && !sent.empty()) stats_.produce.add(now.mono - sent.mapped());
  if (report.offset) {
    // Offsets only rise; one that does not was given by a log that lost what stood there.
    if (*report.offset <= reported_offset_ && !doubt_) compare_head();
    reported_offset_ = std::max(reported_offset_, *report.offset);
  } else if (matters(id)) {
    enter_doubt(now);
  }
}

void PartitionWriter::release_counted() {
  while (!counted_.empty() && counted_.front().offset <= reported_offset_) {
    auto& counted = counted_.front();
    if (counted.command) answer(*counted.command, std::move(counted.accepted));
    counted_.pop_front();
  }
}

void PartitionWriter::on_end(const tl::expected<log::Offset, log::LogFault>& end, const Moment& now) {
  end_asked_ = false;
  if (halted()) return;
  if (!end) {
    for (auto& held : held_) held.end_asked = held.read_to.has_value();
    if (take_over_ && !take_over_->end) take_over_->end_asked = false;
    end_retry_ = now.mono + std::chrono::milliseconds(100);
  } else if (phase_ == Phase::reading && !start_end_) {
    start_end_ = *end;
    last_read_ = now.mono;
  } else {
    if (take_over_ && take_over_->end_asked && !take_over_->end) take_over_->end = *end;
    for (auto& held : held_) {
      if (!held.end_asked || held.read_to) continue;
      held.read_to = *end;
      held.end_known_at = now.mono;
    }
  }
}

void PartitionWriter::on_history_checkpoint(const log::Anchor& checkpoint) {
  // A load that is under way may have looked before the history came this far: the tail must still reach back to what it saw.
  if (load_asked_) return;
  const auto* item = tail_.at(checkpoint.head.height);
  if (item != nullptr && item->head.hash == checkpoint.head.hash) tail_.trim_through(checkpoint.head.height);
}

void PartitionWriter::on_disturbance(log::Disturbance what) {
  if (what == log::Disturbance::offset_out_of_range) out_of_range_ = true;
  compare_head();
}

// Reads again the head's own record and the void ones behind it: is what I stand on still there (protocol step 8)?
void PartitionWriter::compare_head() {
  if (halted() || !reader_.has_head() || reader_.anchor().head_offset < 0) return;
  if (!comparing_.empty()) {
    compare_again_ = true;
    return;
  }
  const auto footholds = reader_.footholds();
  comparing_.assign(footholds.begin(), footholds.end());
  if (unproven_ && *unproven_ != comparing_.front()) comparing_.push_front(*unproven_);
  ++stats_.head_comparisons;
  outbox_.read_at(comparing_.front().offset);
}

void PartitionWriter::on_read_at(log::Offset offset, const tl::expected<std::optional<log::Arrival>, log::LogFault>& found, const Moment& now) {
  if (halted() || comparing_.empty() || offset != comparing_.front().offset) return;
  if (found) {
    judge(comparing_.front(), *found);
    if (halted()) return;
    comparing_.pop_front();
    if (!comparing_.empty()) {
      outbox_.read_at(comparing_.front().offset);
      return;
    }
    end_comparison(now);
  } else {
    // It could not be asked: nobody knows, and the occasion must not be lost.
    comparing_.clear();
    last_head_check_ = now.mono - settings_.head_check_every_ms + std::min(settings_.head_check_every_ms, kHeadCheckAgain);
  }
  if (std::exchange(compare_again_, false)) compare_head();
}

void PartitionWriter::judge(const log::Foothold& foothold, const std::optional<log::Arrival>& found) {
  if (!foothold.holds(found)) {
    ++stats_.head_mismatches;
    halt(foothold.why_not() + std::string(log::kCutUnderneath));
    return;
  }
  if (foothold.offset == reader_.anchor().head_offset) note_writer(found->record);
}

// All that was asked for is there.
void PartitionWriter::end_comparison(const Moment& now) {
  last_head_check_ = now.mono;
  unproven_.reset();
  // Nothing that counts is missing. But what comes before this offset would never be read, and might count.
  if (out_of_range_) halt("the log ends before offset " + std::to_string(reader_.anchor().next_offset) + ", up to which it had been read" + std::string(log::kCutUnderneath));
}

void PartitionWriter::halt(const std::string& why) {
  if (phase_ == Phase::releasing) outbox_.released({});
  phase_ = Phase::halted;
  halt_reason_ = why;
  stats_.phase = phase_;
  abandon(NotStored::Why::halted, "the partition is halted: " + why);
}

void PartitionWriter::advance(const Moment& now) {
  if (halted()) return;
  advance_start(now);
  advance_take_over(now);
  release_counted();
  if (doubt_) drive_doubt(now);
  // A command with the same key as one of these heights can be answered now.
  followers_.remove_if([&](Follower& follower) {
    if (follower.flight_height > reader_.head().height) return false;
    waiting_bytes_ += follower.command->bytes();
    waiting_.push_front(std::move(follower.command));
    return true;
  });
  settle_held(now);
  advance_yield(now);
  catch_up_with_history();
  pump(now);
  confirm_held(now);
  advance_release(now);

  stats_.phase = phase_;
  stats_.next_offset = reader_.anchor().next_offset;
  stats_.flights = flights_.size();
  stats_.oldest_flight_us =
      flights_.empty() ? 0 : std::chrono::duration_cast<std::chrono::microseconds>(now.mono - flights_.front().sent_at).count();
  stats_.waiting = waiting_.size();
  stats_.held_answers = held_.size();
  stats_.tail_bytes = tail_.bytes();
  stats_.cache_bytes = cache_.bytes();
}

void PartitionWriter::drain() { draining_ = true; }

bool PartitionWriter::idle() const { return flights_.empty() && counted_.empty() && held_.empty() && waiting_.empty() && followers_.empty(); }

void PartitionWriter::abandon(NotStored::Why why, const std::string& detail) {
  for (auto& flight : flights_) {
    cache_.discard(flight.changes);
    if (flight.command) answer(*flight.command, Open{});
  }
  flights_.clear();
  flights_bytes_ = 0;
  flight_keys_.clear();
  for (auto& counted : counted_) {
    if (counted.command) answer(*counted.command, Open{});
  }
  counted_.clear();
  const auto refuse = [&](Command& command) {
    answer(command, command.inquiry ? Outcome{Open{}} : Outcome{NotStored{why, detail, 1000}});
  };
  for (auto& held : held_) refuse(*held.command);
  for (auto& command : waiting_) refuse(*command);
  // Its twin is in flight, so its fate is open too.
  for (auto& follower : followers_) answer(*follower.command, Open{});
  held_.clear();
  waiting_.clear();
  waiting_bytes_ = 0;
  followers_.clear();
  doubt_.reset();
  if (phase_ != Phase::halted) stats_.phase = phase_ = Phase::stopped;
}

}  // namespace ledger
