// Doubt (protocol steps 17 to 20): first the same bytes again; at the commands' deadline a barrier, until no flight is left; only then is
// "not stored" said.
#include <algorithm>

#include "commands/partition_writer.hpp"

namespace ledger {

void PartitionWriter::enter_doubt(const Moment& now) {
  if (doubt_ || halted()) return;
  ++stats_.doubts;
  doubt_ = Doubt{now.mono, settings_.resend_first_ms, std::nullopt, {}};
}

// Nothing was taken. What flies may still arrive, but only a new sender goes on.
void PartitionWriter::sender_broke(const Moment& now) {
  sender_broken_ = true;
  enter_doubt(now);
  doubt_->next_try = std::max(doubt_->next_try, sender_renewed_ + settings_.resend_first_ms);
}

void PartitionWriter::renew_sender(const Moment& now) {
  ++stats_.senders_made;
  sender_full_ = sender_broken_ = false;
  sender_renewed_ = now.mono;
  outbox_.renew_sender();
}

void PartitionWriter::drive_doubt(const Moment& now) {
  if (flights_.empty() && counted_.empty() && !sender_broken_) {
    doubt_.reset();
    return;
  }
  if (doubt_->barrier && doubt_->barrier->height <= reader_.head().height) {
    // A flight of mine took the head that the barrier wanted. Another, on the new one.
    doubt_->barrier.reset();
    doubt_->next_try = now.mono;
  }
  if (now.mono < doubt_->next_try) return;
  doubt_->next_try = now.mono + doubt_->back_off;
  doubt_->back_off = std::min(doubt_->back_off * 2, settings_.resend_max_ms);
  renew_sender(now);
  if (flights_.empty() && counted_.empty()) {
    doubt_.reset();
    return;
  }

  const auto expired = [&](const Flight& flight) {
    return flight.command ? now.mono >= flight.command->deadlines.decide_by : now.mono >= flight.sent_at + settings_.doubt_after_ms;
  };
  if (flights_.empty() || std::any_of(flights_.begin(), flights_.end(), expired)) {
    bar(now);
  } else {
    resend(now);
  }
}

// Byte for byte. Whichever copy counts is the command.
void PartitionWriter::resend(const Moment& now) {
  for (auto& flight : flights_) {
    if (send(flight.record, now) != log::Taken::yes) return;   // the next try sends the rest
    ++stats_.resends;
  }
}

// A barrier on the committed head. When it counts, every flight is void for ever; what has counted is confirmed by its report.
void PartitionWriter::bar(const Moment& now) {
  if (!doubt_->barrier) {
    doubt_->barrier_record = log::make_barrier(new_event_id_(), "doubt");
    doubt_->barrier = log::link(doubt_->barrier_record, reader_.head(), name_, now.wall_us);
    ++(flights_.empty() ? stats_.barriers_report : stats_.barriers_doubt);
  }
  send(doubt_->barrier_record, now);
}

void PartitionWriter::on_tick(const Moment& now) {
  if (halted()) return;
  sender_full_ = false;
  expire(now);
  const bool flight_is_old = !flights_.empty() && now.mono >= flights_.front().sent_at + settings_.doubt_after_ms;
  const bool report_is_late = !counted_.empty() && now.mono >= counted_.front().counted_at + settings_.doubt_after_ms;
  if (flight_is_old || report_is_late) enter_doubt(now);
  if (now.mono >= last_head_check_ + settings_.head_check_every_ms) {
    last_head_check_ = now.mono;
    compare_head();
  }
  if (unproven_ && comparing_.empty()) compare_head();
  if (phase_ == Phase::reading && !start_end_ && !end_asked_) {
    end_asked_ = true;
    outbox_.ask_end();
  }
  advance(now);
}

Mono PartitionWriter::next_tick(const Moment& now) const {
  Mono next = last_head_check_ + settings_.head_check_every_ms;
  const auto sooner = [&](Mono at) { next = std::min(next, at); };
  if (sender_full_) sooner(now.mono + std::chrono::milliseconds(1));
  if (!flights_.empty() && !doubt_) sooner(flights_.front().sent_at + settings_.doubt_after_ms);
  if (!counted_.empty() && !doubt_) sooner(counted_.front().counted_at + settings_.doubt_after_ms);
  if (doubt_) sooner(doubt_->next_try);
  sooner(std::max(confirm_at_, now.mono));
  if (phase_ == Phase::reading) sooner(now.mono + std::chrono::milliseconds(50));
  if (phase_ == Phase::taking_over) sooner(take_over_->next_try > now.mono ? take_over_->next_try : now.mono + std::chrono::milliseconds(50));
  if (phase_ == Phase::releasing) sooner(now.mono + std::chrono::milliseconds(50));
  // Deadlines need no more than this: a client can wait a little longer than it said.
  if (!waiting_.empty() || !flights_.empty() || !counted_.empty() || !held_.empty() || !followers_.empty()) {
    sooner(now.mono + std::chrono::milliseconds(50));
  }
  return next;
}

}  // namespace ledger
