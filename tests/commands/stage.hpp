#pragma once

#include <doctest/doctest.h>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "commands/partition_writer.hpp"
#include "infra/memory/memory_log.hpp"
#include "tests/commands/memory_history.hpp"
#include "tests/commands/words.hpp"

namespace ledger::stage {

using std::chrono::milliseconds;
using words::kPartition;

// The log and the history that all writers of a test share: partition 0 of the prompts, with its genesis.
struct World {
  World();
  log::Offset put(const log::Record& record) { return log.put(kPartition, record); }
  // What an independent reader of the whole log says.
  log::LinkReader truth() const;
  std::vector<HistoryRow> events() const;      // that count
  log::Offset end() const { return static_cast<log::Offset>(log.stored(kPartition).size()); }
  // The history reads up to this height, or everything.
  void history_reads(std::uint64_t through = ~0ULL);

  memory::MemoryLog log;
  MemoryHistory history;
  log::Offset history_next = 0;
};

// A record of another writer that follows the head as it is now in the log, already stored.
log::Head foreign_event(World& world, const RecordedEvent& event);
log::Head foreign_barrier(World& world);

// One append of the writer on its way.
struct Sent {
  SendId id = 0;
  log::Record record;
  std::optional<log::Offset> stored;
  bool reported = false;
};

// One writer on the stage: the test is its network and its clock. Loads, ends and comparisons are answered by settle() unless withheld;
// what becomes of an append only the test says.
class Stage : private Outbox {
 public:
  explicit Stage(World& world, WriterSettings settings = {}, std::string name = "me");
  ~Stage() override = default;

  // From the beginning or an anchor to the end.
  void stand_by(const std::optional<log::Anchor>& from = std::nullopt);
  // And assigned: the barrier that says who is stored, reported and read.
  void make_ready(const std::optional<log::Anchor>& from = std::nullopt);
  void start(const std::optional<log::Anchor>& from = std::nullopt);

  Ticket submit(Proposal proposal);
  Ticket inquire(Inquiry inquiry);

  // The network
  std::vector<Sent>& sent() { return sent_; }
  Sent& last() { return sent_.back(); }
  std::size_t sends() const { return sent_.size(); }
  void store(std::size_t n);                    // stored in the log; neither reported nor read yet
  void report(std::size_t n);                   // of what is stored
  void fail(std::size_t n, const std::string& why = "timed out");
  void read(std::size_t records = 10'000);      // the writer reads on, then settles
  void deliver(std::size_t n);                  // stored, reported and read
  void deliver_all();                           // and all that comes of it
  void report_all();

  // Everything that was asked for and is not withheld is answered, until nothing more comes.
  void settle();
  // Time passes; the writer ticks when it asks to. Fails the test when it would spin.
  void pass(milliseconds time);
  std::size_t ticks() const { return ticks_; }

  const Outcome* answer(Ticket ticket) const;
  const Accepted* accepted(Ticket ticket) const { return as<Accepted>(ticket); }
  const Rejection* rejected(Ticket ticket) const { return as<Rejection>(ticket); }
  const NotStored* not_stored(Ticket ticket) const { return as<NotStored>(ticket); }
  bool is_open(Ticket ticket) const { return as<Open>(ticket) != nullptr; }
  const Absent* absent(Ticket ticket) const { return as<Absent>(ticket); }
  const std::vector<Ticket>& answered() const { return answered_; }     // in order

  Moment now;
  std::unique_ptr<PartitionWriter> writer;
  Deadlines deadlines() const { return {now.mono + decide_for, now.mono + answer_for}; }
  milliseconds decide_for{3'000};
  milliseconds answer_for{5'000};

  log::Taken taken = log::Taken::yes;           // what appends are answered
  bool renewal_mends = true;                    // a renewed sender takes again
  bool withhold_loads = false;
  bool withhold_ends = false;
  bool withhold_reads_at = false;
  bool questions_fail = false;                  // ends and comparisons come back as faults
  std::vector<HistoryQuery> loads;              // not answered yet
  std::size_t loads_asked = 0;
  std::size_t ends_waiting = 0;
  std::size_t ends_asked = 0;
  std::vector<log::Offset> reads_at_waiting;
  std::size_t renewals = 0;
  std::set<std::string> reachable;              // writers to whose nodes there is a way
  std::vector<std::string> yields;              // writers to whom commands went
  std::size_t assignment_checks = 0;
  WriterStats::Phase phase() const { return writer->stats().phase; }
  const std::vector<std::pair<std::string, std::chrono::microseconds>>& takes_over() const { return took_over_; }
  const std::vector<std::chrono::microseconds>& releases() const { return released_; }
  log::Offset markers = 0;                      // at the end of the log, that no reader is given

  void answer_load();                           // the oldest
  void answer_end();
  void answer_read_at();

 private:
  template <class Kind>
  const Kind* as(Ticket ticket) const {
    const auto* outcome = answer(ticket);
    return outcome == nullptr ? nullptr : std::get_if<Kind>(outcome);
  }

  log::Taken append(const log::Record& record, SendId id) override;
  void renew_sender() override;
  void load(HistoryQuery query) override;
  void ask_end() override;
  void read_at(log::Offset offset) override;
  void answer(Ticket ticket, Outcome outcome) override;
  void took_over(const std::string& from, std::chrono::microseconds length) override;
  void released(std::chrono::microseconds length) override;
  void check_assignment() override;
  bool yield_to(const std::string& writer) override;

  World& world_;
  std::string name_;
  std::unique_ptr<log::Reader> reader_;
  std::vector<Sent> sent_;
  std::map<Ticket, Outcome> answers_;
  std::vector<Ticket> answered_;
  std::vector<std::pair<std::string, std::chrono::microseconds>> took_over_;
  std::vector<std::chrono::microseconds> released_;
  Ticket next_ticket_ = 1;
  std::uint64_t next_event_ = 1;
  std::size_t ticks_ = 0;
};

// The kind of a record sent: "barrier", or the event's word.
std::string what(const log::Record& record);

}  // namespace ledger::stage
