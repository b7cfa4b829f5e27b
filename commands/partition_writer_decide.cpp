// Deciding and sending: what a command needs is loaded, it decides on the speculative head, its record is linked and appended.
#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

#include "commands/partition_writer.hpp"

namespace ledger {

void PartitionWriter::submit(Ticket ticket, Proposal proposal, Deadlines deadlines) {
  auto command = std::make_unique<Command>();
  command->ticket = ticket;
  command->proposal = std::move(proposal);
  command->deadlines = deadlines;
  if (tail_.full()) {
    answer(*command, NotStored{NotStored::Why::history_behind, "the history table is too far behind the log to decide safely", 1000});
    return;
  }
  enqueue(std::move(command));
}

void PartitionWriter::inquire(Ticket ticket, Inquiry inquiry, Deadlines deadlines) {
  auto command = std::make_unique<Command>();
  command->ticket = ticket;
  command->inquiry = std::move(inquiry);
  command->deadlines = deadlines;
  enqueue(std::move(command));
}

void PartitionWriter::enqueue(CommandPtr command) {
  const auto refuse = [&](NotStored::Why why, const std::string& detail) {
    answer(*command, command->inquiry ? Outcome{Open{}} : Outcome{NotStored{why, detail, 1000}});
  };
  if (halted()) return refuse(NotStored::Why::halted, "the partition is halted: " + halt_reason_);
  if (draining_) return refuse(NotStored::Why::stopping, "the server is stopping");
  if (waiting_.size() >= settings_.queue_max || waiting_bytes_ + command->bytes() > settings_.queue_max_bytes) {
    return refuse(NotStored::Why::overloaded, "too many commands are waiting for this partition");
  }
  waiting_bytes_ += command->bytes();
  waiting_.push_back(std::move(command));
}

bool PartitionWriter::flights_full() const {
  const std::size_t at_most = contended_ ? 1 : settings_.flights_max;
  return sender_full_ || flights_.size() >= at_most || flights_bytes_ >= settings_.flights_max_bytes;
}

// Decides what can be decided, in the order of arrival, and asks once for all that the others lack.
void PartitionWriter::pump(const Moment& now) {
  if (!deciding(now) || doubt_) return;
  HistoryQuery query;
  std::set<StreamId> passed_over;
  std::set<std::string_view> passed_keys;
  cache_.begin_round();
  for (auto next = waiting_.begin(); next != waiting_.end() && !flights_full() && !doubt_;) {
    auto& command = *next;
    // Too late is too late, also when this process stood still and nobody has said so yet.
    if (yielding(*command, now) || now.mono >= command->deadlines.decide_by) {
      passed_keys.insert(command->command_id());
      ++next;
      continue;
    }
    // Commands on one stream are decided in the order in which they came, and so are those with one key, and the questions after it: it
    // is not absent while it waits. Those behind still say what they lack.
    const bool ready = !command->loading && prepared(*command, query);
    const bool behind = (command->proposal && passed_over.contains(command->proposal->stream)) ||
                        (!command->command_id().empty() && passed_keys.contains(command->command_id()));
    if (behind || !ready) {
      if (command->proposal) passed_over.insert(command->proposal->stream);
      passed_keys.insert(command->command_id());
      ++next;
      continue;
    }
    const std::size_t bytes = command->bytes();
    if (decide(command, now) == Step::wait) break;
    waiting_bytes_ -= bytes;
    next = waiting_.erase(next);
  }
  if (!query.streams.empty() || !query.tags.empty() || !query.command_ids.empty()) {
    load_asked_ = true;
    ++stats_.loads;
    query.partition = reader_.partition();
    outbox_.load(std::move(query));
  }
  cache_.shrink();
}

// True when memory holds all that the command reads; else what it lacks joins the query, unless one is under way: then it is for the next.
bool PartitionWriter::prepared(Command& command, HistoryQuery& query) {
  bool complete = true;
  if (command.keyed()) {
    if (key_is_known(command)) return true;   // answered by its key, whatever it would have read
    if (!key_is_checked(command)) {
      complete = false;
      if (!load_asked_) {
        command.loading = command.key_asked = true;
        query.command_ids.push_back(command.command_id());
      }
    }
  }
  if (!command.proposal) return complete;
  if (lacks_any(command.proposal->reads, command, query)) return false;
  if (!command.proposal->reads_then) return complete;
  return !lacks_any(command.proposal->reads_then(see(command.proposal->reads)), command, query) && complete;
}

bool PartitionWriter::lacks_any(const std::vector<Read>& reads, Command& command, HistoryQuery& query) {
  bool lacks = false;
  for (const auto& read : reads) {
    if (cache_.find(read)) continue;
    lacks = true;
    if (load_asked_) continue;
    command.loading = true;
    if (std::find(loading_reads_.begin(), loading_reads_.end(), read) != loading_reads_.end()) continue;
    loading_reads_.push_back(read);
    if (read.by == Read::By::stream) {
      query.streams.push_back(read.name);
    } else {
      query.tags.push_back({read.partition_key, read.name});
    }
  }
  return lacks;
}

// What the reads, all of them in memory, say with my flights on top.
std::vector<Seen> PartitionWriter::see(const std::vector<Read>& reads) {
  std::vector<Seen> seen;
  seen.reserve(reads.size());
  for (const auto& read : reads) seen.push_back(cache_.find(read)->speculative);
  return seen;
}

bool PartitionWriter::covered_from(std::int64_t through) const {
  if (through >= static_cast<std::int64_t>(reader_.head().height)) return true;
  return !tail_.empty() && static_cast<std::int64_t>(tail_.first_height()) <= through + 1;
}

bool PartitionWriter::key_is_known(const Command& command) const {
  return command.first || flight_keys_.contains(command.command_id()) || tail_.by_command(command.command_id()) != nullptr;
}

bool PartitionWriter::key_is_checked(const Command& command) const {
  return command.key_checked_through && covered_from(*command.key_checked_through);
}

void PartitionWriter::on_loaded(Result<HistorySlice, HistoryFault> slice) {
  if (halted()) return;
  // A history that has read further than I have cannot be compared with what I have read. If the log was cut, it may hold what is gone.
  if (slice && slice->checkpoint && slice->checkpoint->head.height > reader_.head().height) {
    ahead_ = std::move(*slice);
    return;
  }
  load_asked_ = false;
  if (!slice) {
    ++stats_.load_faults;
    refuse_loading(NotStored::Why::history_away, "the history could not be read, and memory does not know: " + slice.error().why);
  } else {
    const std::int64_t through = slice->checkpoint ? static_cast<std::int64_t>(slice->checkpoint->head.height) : -1;
    if (slice->checkpoint && contradicts(slice->checkpoint->head)) {
      ++stats_.load_faults;
      refuse_loading(NotStored::Why::history_away, "the history table is not of this log");
    } else if (!covered_from(through)) {
      refuse_loading(NotStored::Why::history_behind, "the history table is too far behind the log to decide safely");
    } else {
      if (slice->checkpoint) on_history_checkpoint(*slice->checkpoint);
      take_loaded(*slice, through);
    }
  }
  loading_reads_.clear();
}

// I have read as far as the history had when it answered.
void PartitionWriter::catch_up_with_history() {
  if (ahead_ && ahead_->checkpoint->head.height <= reader_.head().height) on_loaded(*std::exchange(ahead_, std::nullopt));
}

// A head of the history that is not the record which counts at its height.
bool PartitionWriter::contradicts(const log::Head& head) const {
  if (head.height == reader_.head().height) return head.hash != reader_.head().hash;
  const auto* item = tail_.at(head.height);
  return item != nullptr && item->head.hash != head.hash;
}

void PartitionWriter::take_loaded(const HistorySlice& slice, std::int64_t through) {
  std::unordered_map<std::string, const HistoryRow*> by_command;
  std::unordered_map<std::string, std::vector<const HistoryRow*>> by_name;
  const auto sort_in = [&](const std::string& name, const HistoryRow& row) {
    auto& rows = by_name[name];
    if (rows.empty() || rows.back() != &row) rows.push_back(&row);   // an event of others may carry a tag twice
  };
  for (const auto& row : slice.rows) {
    if (static_cast<std::int64_t>(row.height) > through) continue;
    if (!row.event.command_id.empty()) by_command[row.event.command_id] = &row;
    sort_in("s:" + row.event.stream.text(), row);
    for (const auto& tag : row.event.tags) sort_in("t:" + tag, row);
  }
  for (const auto& read : loading_reads_) {
    const auto entry = cache_.add(read);
    const auto rows = by_name.find((read.by == Read::By::stream ? "s:" : "t:") + read.name);
    if (rows != by_name.end()) {
      for (const auto* row : rows->second) {
        if (read.matches(row->event)) cache_.apply(*entry, row->event);
      }
    }
    tail_.each(read, static_cast<std::uint64_t>(through + 1), [&](const RecordedEvent& event) { cache_.apply(*entry, event); });
    for (auto& flight : flights_) {
      if (flight.event && read.matches(*flight.event)) cache_.speculate_on(entry, *flight.event, flight.changes);
    }
  }
  for (auto& command : waiting_) {
    if (!command->loading) continue;
    command->loading = false;
    // It may have asked for states only: then nothing new is known of its key.
    if (!std::exchange(command->key_asked, false)) continue;
    command->key_checked_through = through;
    if (const auto found = by_command.find(command->command_id()); found != by_command.end()) command->first = *found->second;
  }
}

void PartitionWriter::refuse_loading(NotStored::Why why, const std::string& detail) {
  waiting_.remove_if([&](const CommandPtr& command) {
    if (!command->loading) return false;
    waiting_bytes_ -= command->bytes();
    answer(*command, command->inquiry ? Outcome{Open{}} : Outcome{NotStored{why, detail, 1000}});
    return true;
  });
}

// The same key again: the first answer once it has counted; with another body, a rejection. False when the key is new.
bool PartitionWriter::answer_by_key(CommandPtr& command) {
  if (const auto flight = flight_keys_.find(command->command_id()); flight != flight_keys_.end()) {
    const std::uint64_t height = flight->second;
    followers_.push_back({std::move(command), height});
    return true;
  }
  const RecordedEvent* event = nullptr;
  std::uint64_t height = 0;
  if (const auto* item = tail_.by_command(command->command_id())) {
    event = &*item->event;
    height = item->head.height;
  } else if (command->first) {
    event = &command->first->event;
    height = command->first->height;
  } else {
    return false;
  }
  if (command->proposal && command->proposal->key->digest != event->command_digest) {
    answer(*command, Rejection{Code::key_reused, "this Idempotency-Key was used before with another request", {}});
    return true;
  }
  // It counts; but it may be acknowledged only when the log has confirmed it (protocol step 13).
  const auto unconfirmed = std::find_if(counted_.begin(), counted_.end(), [&](const Counted& c) { return c.accepted.position.height == height && c.accepted.event; });
  if (unconfirmed != counted_.end()) {
    followers_.push_back({std::move(command), unconfirmed->accepted.position.height});
    return true;
  }
  ++stats_.replayed;
  answer(*command, Accepted{{reader_.partition(), height}, event->stream, event->sequence, nullptr, *event, true});
  return true;
}

PartitionWriter::Step PartitionWriter::decide(CommandPtr& command, const Moment& now) {
  if (command->keyed() && answer_by_key(command)) return Step::done;
  if (command->inquiry) {
    hold(std::move(command), Absent{});
    return Step::done;
  }
  const Proposal& proposal = *command->proposal;
  auto reads = proposal.reads;
  auto seen = see(reads);
  if (proposal.reads_then) {
    const auto then = proposal.reads_then(seen);
    const auto seen_then = see(then);
    reads.insert(reads.end(), then.begin(), then.end());
    seen.insert(seen.end(), seen_then.begin(), seen_then.end());
  }
  for (const auto& read : reads) {
    const auto entry = cache_.find(read);
    if (entry->fault.empty()) continue;
    answer(*command, NotStored{NotStored::Why::unreadable, "an event of " + read.name + " cannot be read by this program: " + entry->fault, 60'000});
    return Step::done;
  }
  auto verdict = proposal.decide(seen);
  if (verdict && *verdict) return fly(command, seen.front().version, std::move(**verdict), now);
  if (verdict) {
    const StreamId stream = proposal.stream;
    hold(std::move(command), Accepted{{}, stream, seen.front().version, seen.front().state, std::nullopt, false});
  } else {
    hold(std::move(command), std::move(verdict.error()));
  }
  return Step::done;
}

PartitionWriter::Step PartitionWriter::fly(CommandPtr& command, std::uint64_t version, Draft draft, const Moment& now) {
  Proposal& proposal = *command->proposal;
  const std::int64_t recorded_us = std::max(now.wall_us, speculative_.recorded_us + 1);

  RecordedEvent event;
  event.type = std::move(draft.type);
  event.stream = proposal.stream;
  event.sequence = version + 1;
  event.meta = proposal.meta;
  event.meta.event_id = draft.restored ? std::move(draft.restored->event_id) : new_event_id_();
  if (draft.restored) event.first_recorded_at = draft.restored->first_recorded_at;
  event.meta.recorded_at = Timestamp{std::chrono::microseconds{recorded_us}};
  event.meta.occurred_at = draft.occurred_at ? *draft.occurred_at : proposal.occurred_at.value_or(event.meta.recorded_at);
  std::sort(draft.tags.begin(), draft.tags.end());
  draft.tags.erase(std::unique(draft.tags.begin(), draft.tags.end()), draft.tags.end());
  event.tags = std::move(draft.tags);
  event.data = std::move(draft.data);
  event.partition_key = proposal.partition_key;
  if (proposal.key) {
    event.command_id = proposal.key->id;
    event.command_digest = proposal.key->digest;
  }
  event.traceparent = proposal.traceparent;

  auto sealed = seal(event);
  log::Record record{proposal.partition_key, std::move(sealed.headers), std::move(sealed.value)};
  const log::Head after = log::link(record, speculative_, name_, recorded_us);
  if (record.bytes() > settings_.record_max_bytes) {
    hold(std::move(command), Rejection{Code::too_large,
                                       "encoded, this change takes " + std::to_string(record.bytes()) + " bytes; the log takes at most " +
                                           std::to_string(settings_.record_max_bytes),
                                       {}});
    return Step::done;
  }
  auto changes = cache_.plan(event);
  if (!changes) {
    // Our own decider made what our own fold cannot take. It must not get into the log.
    answer(*command, NotStored{NotStored::Why::unreadable, "the event this would make cannot be read back: " + changes.error(), 60'000});
    return Step::done;
  }
  StatePtr state;
  for (const auto& change : *changes) {
    if (change.entry->read == proposal.reads.front()) state = change.after.state;
  }
  const std::string key = event.command_id;
  switch (launch(std::move(record), std::move(event), command, std::move(*changes), std::move(state), after, now)) {
    case log::Taken::yes:
      if (!key.empty()) flight_keys_[key] = after.height;
      return Step::done;
    case log::Taken::full:
      sender_full_ = true;
      return Step::wait;
    case log::Taken::broken:
      sender_broke(now);
      return Step::wait;
  }
  return Step::wait;
}

// Only when the library took a record does it become the speculative head. `command` is moved from only then.
log::Taken PartitionWriter::launch(log::Record record, std::optional<RecordedEvent> event, CommandPtr& command,
                                   std::vector<StateCache::Change> changes, StatePtr state, const log::Head& after, const Moment& now) {
  if (!log::LinkReader::matches(after, record)) throw std::logic_error("a record of ours would not be believed by our own reader");
  const SendId id = next_send_;
  const auto taken = send(record, now);
  if (taken != log::Taken::yes) return taken;
  speculative_ = after;
  cache_.adopt(changes, event ? event->data.size() : 0);
  const std::size_t bytes = record.bytes();
  flights_bytes_ += bytes;
  flights_.push_back({std::move(record), after, std::move(event), std::move(command), std::move(changes), std::move(state), now.mono, bytes, id});
  return taken;
}

log::Taken PartitionWriter::send(const log::Record& record, const Moment& now) {
  const auto taken = outbox_.append(record, next_send_);
  if (taken == log::Taken::yes) unreported_.emplace(next_send_++, now.mono);
  return taken;
}

bool PartitionWriter::send_barrier(std::string_view reason, const Moment& now) {
  log::Record record = log::make_barrier(new_event_id_(), reason);
  const log::Head after = log::link(record, speculative_, name_, now.wall_us);
  CommandPtr none;
  const auto taken = launch(std::move(record), std::nullopt, none, {}, nullptr, after, now);
  if (taken == log::Taken::broken) sender_broke(now);
  if (taken == log::Taken::full) sender_full_ = true;
  if (taken != log::Taken::yes) return false;
  if (reason == "take_over") ++stats_.barriers_take_over;
  if (reason == "answer") ++stats_.barriers_answer;
  return true;
}

}  // namespace ledger
