// Answers: those that depend on state wait until they are safe (protocol step 14), and every wait ends at its deadline.
#include <algorithm>

#include "commands/partition_writer.hpp"

namespace ledger {

void PartitionWriter::answer(Command& command, Outcome outcome) {
  if (command.answered) return;
  command.answered = true;
  std::visit(Overloaded{
                 [&](const Accepted& accepted) { ++(accepted.event ? stats_.accepted : stats_.unchanged); },
                 [&](const Rejection&) { ++stats_.rejected; },
                 [&](const NotStored&) { ++stats_.not_stored; },
                 [&](const Open&) { ++stats_.open; },
                 [](const Absent&) {},
             },
             outcome);
  outbox_.answer(command.ticket, std::move(outcome));
}

void PartitionWriter::hold(CommandPtr command, Outcome outcome) {
  held_.push_back({std::move(command), std::move(outcome), speculative_.height, false, std::nullopt, {}});
}

// Safe is: everything it was decided on counts, and then a record that I sent after deciding; or, without a key, the partition has been
// read to an end that was asked for after the command came.
void PartitionWriter::settle_held(const Moment&) {
  const std::uint64_t height = reader_.head().height;
  held_.remove_if([&](Held& held) {
    if (height < held.decided_height) return false;
    const bool at_end = !held.command->keyed() && held.read_to && reader_.anchor().next_offset >= *held.read_to;
    if (!at_end && own_counted_height_ <= held.decided_height) return false;
    if (auto* accepted = std::get_if<Accepted>(&held.outcome)) accepted->position = {reader_.partition(), held.decided_height};
    if (auto* absent = std::get_if<Absent>(&held.outcome)) absent->position = {reader_.partition(), held.decided_height};
    answer(*held.command, std::move(held.outcome));
    return true;
  });
}

// Asks for an end once for all that wait, and sends a barrier when no later command did.
void PartitionWriter::confirm_held(const Moment& now) {
  confirm_at_ = Mono::max();
  if (phase_ == Phase::reading || (phase_ == Phase::taking_over && !deciding(now))) return;
  bool end_wanted = false;
  bool barrier_wanted = false;
  for (const auto& held : held_) {
    const bool confirmed_by_flight = held.decided_height < speculative_.height;
    if (held.command->keyed()) {
      barrier_wanted |= !confirmed_by_flight;
    } else if (!held.end_asked) {
      end_wanted = true;
    } else if (held.read_to) {
      barrier_wanted |= !confirmed_by_flight && now.mono >= held.end_known_at + settings_.end_patience_ms;
    }
  }
  if (end_wanted && !end_asked_) {
    if (now.mono < end_retry_) {
      confirm_at_ = end_retry_;
    } else {
      for (auto& held : held_) held.end_asked |= !held.command->keyed();
      end_asked_ = true;
      outbox_.ask_end();
    }
  }
  if (!barrier_wanted || doubt_ || flights_full()) return;
  const Mono due = last_answer_barrier_ + settings_.answer_barrier_every_ms;
  if (now.mono < due) {
    confirm_at_ = std::min(confirm_at_, due);
  } else if (send_barrier("answer", now)) {
    last_answer_barrier_ = now.mono;
  }
}

void PartitionWriter::expire(const Moment& now) {
  waiting_.remove_if([&](const CommandPtr& command) {
    if (now.mono < command->deadlines.decide_by) return false;
    waiting_bytes_ -= command->bytes();
    if (command->inquiry) {
      answer(*command, Open{});
    } else if (!deciding(now)) {
      answer(*command, NotStored{NotStored::Why::log_away, "the partition is still being read, or changes hands", 1000});
    } else if (doubt_) {
      answer(*command, NotStored{NotStored::Why::log_away, "the log does not answer; nothing was stored", 1000});
    } else if (ahead_ && command->loading) {
      answer(*command, NotStored{NotStored::Why::history_away, "the history has read further than this process, so the two could not be compared; nothing was stored", 1000});
    } else {
      answer(*command, NotStored{NotStored::Why::overloaded, "its turn did not come in time; nothing was stored", 1000});
    }
    return true;
  });
  const auto late = [&](const Command& command) { return now.mono >= command.deadlines.answer_by; };
  for (auto& flight : flights_) {
    if (flight.command && late(*flight.command)) answer(*flight.command, Open{});
  }
  for (auto& counted : counted_) {
    if (counted.command && late(*counted.command)) answer(*counted.command, Open{});
  }
  followers_.remove_if([&](Follower& follower) {
    if (!late(*follower.command)) return false;
    answer(*follower.command, Open{});
    return true;
  });
  // It was to be a rejection, so nothing was written; but that it is right could not be confirmed.
  held_.remove_if([&](Held& held) {
    if (!late(*held.command)) return false;
    answer(*held.command, held.command->inquiry ? Outcome{Open{}} : Outcome{NotStored{NotStored::Why::log_away, "the log does not answer; nothing was stored", 1000}});
    return true;
  });
}

}  // namespace ledger
