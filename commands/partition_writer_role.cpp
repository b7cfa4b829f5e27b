// Whose the partition is: reading, then on standby; taking over when it is assigned, handing over when it is to be another's (protocol steps 21
// and 22). Correctness never asks for it: whoever decides, the link rule judges.
#include <algorithm>

#include "commands/partition_writer.hpp"

namespace ledger {
namespace {

std::chrono::microseconds between(const Moment& from, const Moment& to) {
  return std::chrono::duration_cast<std::chrono::microseconds>(to.mono - from.mono);
}

}  // namespace

void PartitionWriter::advance_start(const Moment& now) {
  if (phase_ != Phase::reading || unproven_ || !reader_.has_head() || !start_end_) return;
  if (reader_.anchor().next_offset < *start_end_ && now.mono < last_read_ + settings_.end_patience_ms) return;
  phase_ = Phase::standby;
  if (owned_) begin_take_over(now);
}

void PartitionWriter::assume(const Moment& now) {
  if (owned_ || halted()) return;
  owned_ = true;
  if (phase_ == Phase::releasing) end_release(now);
  if (phase_ == Phase::standby) begin_take_over(now);
}

void PartitionWriter::release(const Moment& now) {
  owned_ = false;
  take_over_.reset();
  release_began_ = now;
  if (phase_ == Phase::assigned || phase_ == Phase::taking_over) {
    phase_ = Phase::releasing;
  } else if (phase_ != Phase::releasing) {
    outbox_.released({});
  }
}

void PartitionWriter::lose(const Moment& now) {
  owned_ = false;
  take_over_.reset();
  if (phase_ == Phase::releasing) end_release(now);
  if (phase_ == Phase::assigned || phase_ == Phase::taking_over) phase_ = Phase::standby;
}

// Nothing new is decided while the partition changes hands: it would only be void, and who sent a key would have to send it again. A
// take-over that somebody stands in the way of does not keep commands for longer than this.
bool PartitionWriter::deciding(const Moment& now) const {
  switch (phase_) {
    case Phase::standby:
    case Phase::assigned: return true;
    case Phase::taking_over: return now.mono >= take_over_->began.mono + settings_.take_over_patience_ms;
    case Phase::reading:
    case Phase::releasing:
    case Phase::halted:
    case Phase::stopped: return false;
  }
  return false;
}

void PartitionWriter::begin_take_over(const Moment& now) {
  phase_ = Phase::taking_over;
  yield_.reset();
  yield_until_ = {};
  take_over_ = TakeOver{now, head_writer_, false, std::nullopt, 0, now.mono};
}

// To an end that was asked for now, then a barrier: what an earlier one still has under way is void from then on. A foreign record may
// take the head from the barrier: only a record of mine proves that nothing older can count.
void PartitionWriter::advance_take_over(const Moment& now) {
  if (phase_ != Phase::taking_over) return;
  auto& take_over = *take_over_;
  if (take_over.barrier_height > 0 && own_counted_height_ >= take_over.barrier_height) {
    phase_ = Phase::assigned;
    outbox_.took_over(take_over.from, between(take_over.began, now));
    take_over_.reset();
    return;
  }
  if (!take_over.end_asked && !end_asked_ && now.mono >= end_retry_) {
    take_over.end_asked = end_asked_ = true;
    outbox_.ask_end();
  }
  const bool at_end = take_over.end && reader_.anchor().next_offset >= *take_over.end;
  if (!at_end && now.mono < take_over.began.mono + settings_.take_over_patience_ms) return;
  if (take_over.barrier_height > 0 && flights_.empty() && !doubt_) take_over.barrier_height = 0;
  if (take_over.barrier_height > 0 || doubt_ || flights_full() || now.mono < take_over.next_try) return;
  take_over.next_try = now.mono + settings_.take_over_every_ms;
  if (send_barrier("take_over", now)) take_over.barrier_height = speculative_.height;
}

void PartitionWriter::advance_release(const Moment& now) {
  if (phase_ != Phase::releasing) return;
  const bool landed = flights_.empty() && counted_.empty() && held_.empty() && followers_.empty();
  if (landed || now.mono >= release_began_.mono + settings_.release_patience_ms) end_release(now);
}

// From here on it decides again, what waits and what comes, until it is known who has the partition.
void PartitionWriter::end_release(const Moment& now) {
  phase_ = Phase::standby;
  outbox_.released(between(release_began_, now));
}

}  // namespace ledger
