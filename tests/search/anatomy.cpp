// All of a writer's state that what it does next can depend on. What is left out is said where it is.
#include <algorithm>
#include <set>

#include "tests/commands/words.hpp"
#include "tests/search/sketch.hpp"

namespace ledger {
namespace {

using search::Sketch;

// Sends are compared with each other and nothing else: their order matters, not their numbers.
class SendOrder {
 public:
  void add(SendId id) { ids_.insert(id); }
  std::int64_t of(SendId id) const { return std::distance(ids_.begin(), ids_.find(id)); }

 private:
  std::set<SendId> ids_;
};

std::int64_t owner(const search::Node& node, Ticket ticket) {
  if (const auto found = node.attempts.find(ticket); found != node.attempts.end()) return found->second;
  if (const auto found = node.inquiries.find(ticket); found != node.inquiries.end()) return 128 + found->second;
  return 127;   // answered
}

void sketch_seen(const Seen& seen, Sketch& into) {
  into.number(static_cast<std::int64_t>(seen.version));
  for (const auto& word : seen.as<words::Words>()) into.text(word);
}

}  // namespace

void WriterAnatomy::sketch(const PartitionWriter& writer, const search::Node& node, Sketch& into) {
  const auto& w = writer;
  const Mono now = node.now.mono;
  const auto yes = [&](bool flag) { into.number(flag ? 1 : 0); };
  const auto size = [&](std::size_t count) { into.number(static_cast<std::int64_t>(count)); };
  const auto height = [&](std::uint64_t value) { into.number(static_cast<std::int64_t>(value)); };
  const auto optional = [&](const auto& value) { into.number(value ? static_cast<std::int64_t>(*value) + 1 : 0); };

  SendOrder sends;
  for (const auto& flight : w.flights_) sends.add(flight.send);
  for (const auto& counted : w.counted_) sends.add(counted.send);
  for (const auto& parcel : into.world().parcels) {
    if (parcel.node == node.number && parcel.reports) sends.add(parcel.send);
  }
  for (const auto& parcel : into.world().parcels) {
    if (parcel.node != node.number || !parcel.reports) continue;
    into.number(sends.of(parcel.send));
    into.record(parcel.card);
    optional(parcel.stored);
  }

  into.number(static_cast<std::int64_t>(w.phase_));
  if (writer.halted()) return;   // it answers whoever comes, and does nothing else

  const auto command = [&](const std::unique_ptr<PartitionWriter::Command>& one) {
    if (!one) return into.number(126);
    into.number(one->answered ? 127 : owner(node, one->ticket));
    if (one->answered) return;
    into.wait(one->deadlines.decide_by, now);
    into.wait(one->deadlines.answer_by, now);
    yes(one->loading);
    yes(one->key_asked);
    optional(one->key_checked_through);
    into.number(one->first ? static_cast<std::int64_t>(one->first->height) : -1);
  };

  // Reading. What the link reader remembers follows from where it began and what it has read since, which the node tells.
  into.number(w.reader_.anchor().head_offset);
  if (w.reader_.has_head()) into.hash(w.reader_.head().hash);
  into.writer(w.head_writer_);
  yes(w.owned_);
  yes(w.draining_);
  if (w.phase_ == PartitionWriter::Phase::reading) {
    optional(w.start_end_);
    into.wait(w.last_read_ + w.settings_.end_patience_ms, now);
  }
  const auto foothold = [&](const log::Foothold& one) {
    into.number(one.offset);
    into.hash(one.head.hash);
    yes(one.is_head);
    into.number(one.append_time_ms);
  };
  if (w.reader_.has_head()) foothold(w.reader_.footholds().front());
  yes(w.out_of_range_);
  yes(w.unproven_.has_value());
  if (w.unproven_) foothold(*w.unproven_);
  size(w.tail_.empty() ? 0 : static_cast<std::size_t>(w.tail_.first_height()) + 1);

  // Whose it is
  yes(w.take_over_.has_value());
  if (w.take_over_) {
    into.wait(w.take_over_->began.mono + w.settings_.take_over_patience_ms, now);
    yes(w.take_over_->end_asked);
    optional(w.take_over_->end);
    height(w.take_over_->barrier_height);
    into.wait(w.take_over_->next_try, now);
  }
  if (w.phase_ == PartitionWriter::Phase::releasing) into.wait(w.release_began_.mono + w.settings_.release_patience_ms, now);

  // What flies, and what counts and is not confirmed
  into.hash(w.speculative_.hash);
  size(w.flights_.size());
  for (const auto& flight : w.flights_) {
    into.hash(flight.after.hash);
    command(flight.command);
    into.wait(flight.sent_at + w.settings_.doubt_after_ms, now);
    into.number(sends.of(flight.send));
  }
  const std::set<std::pair<std::string, std::uint64_t>> keys(w.flight_keys_.begin(), w.flight_keys_.end());
  for (const auto& [key, at] : keys) {
    into.text(key);
    height(at);
  }
  size(w.counted_.size());
  for (const auto& counted : w.counted_) {
    into.number(counted.offset);
    command(counted.command);
    height(counted.accepted.position.height);
    into.wait(counted.counted_at + w.settings_.doubt_after_ms, now);
    into.number(sends.of(counted.send));
  }
  into.number(w.reported_offset_ + 1);
  yes(w.sender_full_);
  yes(w.sender_broken_);
  into.wait(w.sender_renewed_ + w.settings_.resend_first_ms, now);

  // What waits
  size(w.waiting_.size());
  for (const auto& one : w.waiting_) command(one);
  size(w.held_.size());
  for (const auto& held : w.held_) {
    command(held.command);
    size(held.outcome.index());
    height(held.decided_height);
    yes(w.own_counted_height_ > held.decided_height);
    yes(held.end_asked);
    optional(held.read_to);
    into.wait(held.end_known_at + w.settings_.end_patience_ms, now);
  }
  size(w.followers_.size());
  for (const auto& follower : w.followers_) {
    command(follower.command);
    height(follower.flight_height);
  }
  yes(w.load_asked_);
  into.number(w.ahead_ ? w.ahead_->checkpoint->next_offset : -1);
  if (w.ahead_) into.hash(w.ahead_->checkpoint->head.hash);
  size(w.loading_reads_.size());
  for (const auto& read : w.loading_reads_) into.text(read.name);
  yes(w.end_asked_);
  into.wait(w.end_retry_, now);
  into.wait(w.last_answer_barrier_ + w.settings_.answer_barrier_every_ms, now);

  // Doubt, and races. (Of unreported_ only latencies are made.)
  yes(w.doubt_.has_value());
  if (w.doubt_) {
    into.wait(w.doubt_->next_try, now);
    into.number(w.doubt_->back_off.count());
    yes(w.doubt_->barrier.has_value());
    if (w.doubt_->barrier) {
      // Made, and perhaps not taken by the sender yet: then no card of the world's is it.
      into.hash(w.doubt_->barrier->hash);
      height(w.doubt_->barrier->height);
    }
  }
  size(w.lost_heads_.size());
  for (const auto at : w.lost_heads_) into.wait(at + w.settings_.contention_window_ms, now);
  into.wait(w.contended_until_, now);
  yes(w.contended_);
  yes(w.yield_.has_value());
  if (w.yield_) {
    into.writer(w.yield_->to);
    height(w.yield_->landed_height);
  }
  into.wait(w.yield_until_, now);

  // Comparing the head. The regular comparison is further off than any search goes.
  size(w.comparing_.size());
  for (const auto& one : w.comparing_) foothold(one);
  yes(w.compare_again_);

  // States
  std::vector<const StateCache::Entry*> entries;
  for (const auto& [key, entry] : w.cache_.entries_) entries.push_back(entry.get());
  std::sort(entries.begin(), entries.end(), [](const auto* a, const auto* b) { return a->read.name < b->read.name; });
  size(entries.size());
  for (const auto* entry : entries) {
    into.text(entry->read.name);
    sketch_seen(entry->committed, into);
    sketch_seen(entry->speculative, into);
    yes(!entry->fault.empty());
    into.number(entry->flights);
  }
}

}  // namespace ledger
