#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "commands/history.hpp"
#include "commands/proposal.hpp"
#include "log/log.hpp"

namespace ledger {

using Ticket = std::uint64_t;      // one submitted proposal or inquiry
using SendId = std::uint64_t;      // one append

// What a partition writer asks of the world. Every request but append is answered later, through the writer's on_… methods.
class Outbox {
 public:
  virtual ~Outbox() = default;

  // The report comes to on_report, once, when taken.
  virtual log::Taken append(const log::Record& record, SendId id) = 0;
  virtual void renew_sender() = 0;
  virtual void load(HistoryQuery query) = 0;             // on_loaded
  virtual void ask_end() = 0;                            // on_end
  virtual void read_at(log::Offset offset) = 0;          // on_read_at
  virtual void answer(Ticket ticket, Outcome outcome) = 0;
  // Every event that counts, in order, before any answer that rests on it. For who keeps things that it makes stale.
  virtual void counted(const RecordedEvent&) {}

  // A record without any link, which no ledger has written: void.
  virtual void foreign_record(log::Offset /*offset*/) {}
  // A record of mine counts: how far my clock was ahead of the log's then, at least (negative: behind).
  virtual void clock_apart(std::chrono::milliseconds /*ahead*/) {}

  // --- Several processes: how this writer stands to the others. ---

  // The barrier counts that says whose the partition is. `from` wrote the head before, `length` is the time since the assignment.
  virtual void took_over(const std::string& /*from*/, std::chrono::microseconds /*length*/) {}
  // Nothing is under way any more since the partition was to be given back; the drain took `length`.
  virtual void released(std::chrono::microseconds /*length*/) {}
  // Somebody else writes who should not, as far as this writer knows: look who has the partition.
  virtual void check_assignment() {}
  // Is there a way to the node of this writer? Then, from now on, it is given the commands.
  virtual bool yield_to(const std::string& /*writer*/) { return false; }
  virtual void head_written_by(const std::string& /*writer*/) {}
};

}  // namespace ledger
