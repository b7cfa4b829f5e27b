// Several writers of one partition at once: safe, but the faster would take every head and the others make only void records. So who loses
// heads keeps one flight at a time, and who loses several in a row gives his commands to the winner (protocol step 16).
#include <utility>

#include "commands/partition_writer.hpp"

namespace ledger {

// Commands of mine are void because of another's record. None of mine counted since the first of these, or the row would have been broken: so
// two writers do not give way to each other at once.
void PartitionWriter::lose_head(const std::string& winner, const Moment& now) {
  ++stats_.races_lost;
  outbox_.check_assignment();
  if (!settings_.contention_yield) return;
  contended_until_ = now.mono + settings_.contention_quiet_ms;
  lost_heads_.push_back(now.mono);
  while (lost_heads_.size() > settings_.contention_losses) lost_heads_.pop_front();
  if (lost_heads_.size() < settings_.contention_losses || lost_heads_.front() + settings_.contention_window_ms < now.mono) return;
  lost_heads_.clear();
  yield_ = Yield{winner, 0};
}

// Another says that the partition is his now. Also a barrier that did not count says so, as it does when my own records are faster.
void PartitionWriter::see_take_over(const log::Record& record) {
  if (record.header("ce_barrierreason") != "take_over") return;
  const auto writer = record.header("ce_writer").value_or("");
  if (writer == name_) return;
  if (owned_) {
    outbox_.check_assignment();
  } else {
    yield_ = Yield{std::string(writer), speculative_.height};
  }
}

// First what flies lands, so that the other finds it in the log; then he is given what was not sent.
void PartitionWriter::advance_yield(const Moment& now) {
  contended_ = now.mono < contended_until_;
  if (yield_ && (flights_.empty() || reader_.head().height >= yield_->landed_height)) {
    const Yield yield = *std::exchange(yield_, std::nullopt);
    if (outbox_.yield_to(yield.to)) {
      ++stats_.yields;
      yield_until_ = now.mono + settings_.contention_yield_ms;
    }
  }
  if (now.mono >= yield_until_) return;
  waiting_.remove_if([&](const CommandPtr& command) {
    if (!yielding(*command, now)) return false;
    waiting_bytes_ -= command->bytes();
    ++stats_.moved;
    answer(*command, NotStored{NotStored::Why::moved, "another node has the partition; nothing was stored", 50});
    return true;
  });
}

bool PartitionWriter::yielding(const Command& command, const Moment& now) const {
  return command.proposal && command.proposal->movable && (yield_ || now.mono < yield_until_);
}

}  // namespace ledger
