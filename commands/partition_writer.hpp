#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "commands/outbox.hpp"
#include "commands/proposal.hpp"
#include "commands/state_cache.hpp"
#include "commands/tail.hpp"
#include "commands/writer_stats.hpp"
#include "log/link_reader.hpp"

namespace ledger {

using Mono = std::chrono::steady_clock::time_point;

// Now, on both clocks: one for waiting, one for what is written.
struct Moment {
  Mono mono;
  std::int64_t wall_us = 0;            // since 1970
};

struct WriterSettings {
  std::size_t queue_max = 10'000;                      // commands waiting to be decided
  std::size_t queue_max_bytes = 64U << 20U;
  std::size_t flights_max = 2'048;
  std::size_t flights_max_bytes = 32U << 20U;
  std::size_t tail_max_bytes = 64U << 20U;
  std::size_t cache_max_bytes = 4U << 20U;
  std::size_t record_max_bytes = (2U << 20U) - 8'192;  // the log's limit less its own framing
  std::chrono::milliseconds doubt_after_ms{3'000};     // a flight older than this is in doubt
  std::chrono::milliseconds resend_first_ms{200};
  std::chrono::milliseconds resend_max_ms{2'000};
  std::chrono::milliseconds answer_barrier_every_ms{5};
  std::chrono::milliseconds head_check_every_ms{30'000};
  // The log's end may lie behind what no reader is given (another's transaction markers): after so long without a record, a barrier of
  // mine finds out what an end cannot.
  std::chrono::milliseconds end_patience_ms{1'000};

  // Several processes: see partition_writer_role.cpp and partition_writer_contention.cpp.
  std::chrono::milliseconds release_patience_ms{2'000};      // what flies when the partition is given back may take so long to land
  std::chrono::milliseconds take_over_patience_ms{300};      // whoever stands in the way of a take-over holds commands up for so long, no longer
  std::chrono::milliseconds take_over_every_ms{20};          // a take-over's barrier that lost its race is sent again so often
  bool contention_yield = true;                              // off: protocol step 16 is left out, for measuring what it is good for
  std::size_t contention_losses = 3;                         // so many heads lost in a row, within …
  std::chrono::milliseconds contention_window_ms{100};       // … this time, and the commands go to the winner, …
  std::chrono::milliseconds contention_yield_ms{1'000};      // … for so long
  std::chrono::milliseconds contention_quiet_ms{200};        // without a lost head: more than one flight at a time again
};

// Until when a command may be decided, and when its client must have an answer whatever it is.
struct Deadlines {
  Mono decide_by;
  Mono answer_by;
};

// Writes one partition by the linked-append protocol (docs/write-protocol.md names the steps): decides on everything that counts plus its
// own flights, links each record to its speculative head, and acknowledges on read-back.
//
// A state machine without threads, clocks or I/O: every input is a method call with the time beside it, every output goes to the Outbox,
// so that a test or a search can drive it through any order of events. After one or more inputs, advance() draws the consequences; what
// comes in together is loaded and sent together. One thread at a time.
class PartitionWriter {
 public:
  PartitionWriter(WriterSettings settings, log::PartitionId partition, std::string writer_name, std::function<std::string()> new_event_id,
                  Outbox& outbox);

  // Begins behind an anchor, whose head record is compared with the log first, or at the partition's beginning. The genesis is there.
  void start(const std::optional<log::Anchor>& from, const Moment& now);
  // The group of writers says whose the partition is; a matter of speed only (protocol steps 21 and 22). Until it has said anything, and
  // afterwards, a writer is on standby: it follows, and decides whatever it is given.
  void assume(const Moment& now);                // mine: read to the end, and a barrier that says so
  void release(const Moment& now);               // to be another's: what flies lands, then Outbox::released
  void lose(const Moment& now);                  // another's already
  void submit(Ticket ticket, Proposal proposal, Deadlines deadlines);
  void inquire(Ticket ticket, Inquiry inquiry, Deadlines deadlines);

  void on_records(const std::vector<log::Arrival>& arrivals, const Moment& now);
  void on_report(SendId id, const log::Report& report, const Moment& now);
  void on_end(const tl::expected<log::Offset, log::LogFault>& end, const Moment& now);
  void on_loaded(Result<HistorySlice, HistoryFault> slice);
  void on_read_at(log::Offset offset, const tl::expected<std::optional<log::Arrival>, log::LogFault>& found, const Moment& now);
  void on_history_checkpoint(const log::Anchor& checkpoint);
  void on_disturbance(log::Disturbance what);
  void advance(const Moment& now);
  // Time passed; advances too. To be called at the moment that next_tick() names, or earlier.
  void on_tick(const Moment& now);
  Mono next_tick(const Moment& now) const;

  // Takes nothing more; what is in flight goes on. Then abandon() answers whatever is left.
  void drain();
  bool idle() const;
  void abandon(NotStored::Why why, const std::string& detail);

  // Has followed the partition to its end, so that it decides what it is given.
  bool ready() const { return phase_ != Phase::reading && phase_ != Phase::halted && phase_ != Phase::stopped; }
  bool halted() const { return phase_ == WriterStats::Phase::halted; }
  const std::string& halt_reason() const { return halt_reason_; }
  const log::Anchor& anchor() const { return reader_.anchor(); }
  const WriterStats& stats() const { return stats_; }

 private:
  friend struct WriterAnatomy;                   // a search tells states apart by all of this (tests/search)
  using Phase = WriterStats::Phase;

  struct Command {
    Ticket ticket = 0;
    std::optional<Proposal> proposal;            // or
    std::optional<Inquiry> inquiry;
    Deadlines deadlines;
    bool answered = false;                       // was told `open`; its flight goes on
    bool loading = false;                        // what it lacks was asked for
    bool key_asked = false;                      // its key among it
    std::optional<std::int64_t> key_checked_through;   // the history up to this height was asked for its key
    std::optional<HistoryRow> first;             // and said this

    const std::string& command_id() const;       // empty without a key
    // With a key that may have come before. One that the server made has not.
    bool keyed() const { return !command_id().empty() && !(proposal && proposal->key->made_by_server); }
    // Its outcome may be asked for, or given, elsewhere: never decided a second time by itself.
    bool once() const { return proposal && proposal->key && (!proposal->key->made_by_server || proposal->key->once); }
    std::size_t bytes() const { return proposal ? proposal->bytes : 0; }
  };
  using CommandPtr = std::unique_ptr<Command>;

  // A record of mine that was sent and has not been read back as one that counts.
  struct Flight {
    log::Record record;
    log::Head after;
    std::optional<RecordedEvent> event;          // absent for a barrier
    CommandPtr command;                          // absent for a barrier
    std::vector<StateCache::Change> changes;
    StatePtr state;                              // of the stream, after it
    Mono sent_at;
    std::size_t bytes = 0;
    SendId send = 0;                             // the first of it
  };
  // Counts, and waits for a delivery report of its own or of a later record.
  struct Counted {
    log::Offset offset = 0;
    CommandPtr command;
    Accepted accepted;
    Mono counted_at;
    SendId send = 0;
  };
  // An answer that depends on state and is not safe yet (protocol step 14).
  struct Held {
    CommandPtr command;
    Outcome outcome;
    std::uint64_t decided_height = 0;            // the speculative head's, when it was decided
    bool end_asked = false;
    std::optional<log::Offset> read_to;          // the end that was asked for after it came
    Mono end_known_at;
  };
  struct Follower {
    CommandPtr command;
    std::uint64_t flight_height = 0;             // of the flight with the same key
  };
  // From the assignment to the barrier that counts.
  struct TakeOver {
    Moment began;
    std::string from;                            // who wrote the head then
    bool end_asked = false;
    std::optional<log::Offset> end;              // asked for since
    std::uint64_t barrier_height = 0;            // of the barrier that flies; 0: none does
    Mono next_try;
  };
  // What is not sent yet is to be given to another, once what flies has landed.
  struct Yield {
    std::string to;                              // ce_writer
    std::uint64_t landed_height = 0;
  };
  struct Doubt {
    Mono next_try;
    std::chrono::milliseconds back_off;
    std::optional<log::Head> barrier;            // the head that my barrier will be, when it counts
    log::Record barrier_record;
  };

  // Reading (partition_writer.cpp)
  void count(const log::Arrival& arrival, const log::Head& head, const Moment& now);
  void tell_head(const log::Head& head);
  void tell_clock(const log::Arrival& arrival, const Flight& flight, const Moment& now);
  void count_own(const log::Arrival& arrival, const log::Head& head, const Moment& now);
  void count_foreign(const log::Arrival& arrival, const log::Head& head, const Moment& now);
  void see_void(const log::Arrival& arrival, log::VoidClass cls, const Moment& now);
  enum class VoidBy : std::uint8_t { own_barrier, foreign };
  void void_flights(VoidBy by, const Moment& now);
  void refuse_waiting_once();
  bool matters(SendId id) const;
  void release_counted();
  void halt(const std::string& why);
  void compare_head();
  void judge(const log::Foothold& foothold, const std::optional<log::Arrival>& found);
  void end_comparison(const Moment& now);
  void note_writer(const log::Record& record);

  // Whose it is (partition_writer_role.cpp)
  bool deciding(const Moment& now) const;
  void advance_start(const Moment& now);
  void begin_take_over(const Moment& now);
  void advance_take_over(const Moment& now);
  void advance_release(const Moment& now);
  void end_release(const Moment& now);

  // Several at once (partition_writer_contention.cpp)
  void lose_head(const std::string& winner, const Moment& now);
  void see_take_over(const log::Record& record);
  void advance_yield(const Moment& now);
  bool yielding(const Command& command, const Moment& now) const;

  // Deciding (partition_writer_decide.cpp)
  void enqueue(CommandPtr command);
  void pump(const Moment& now);
  bool prepared(Command& command, HistoryQuery& query);
  bool lacks_any(const std::vector<Read>& reads, Command& command, HistoryQuery& query);
  std::vector<Seen> see(const std::vector<Read>& reads);
  bool key_is_known(const Command& command) const;
  bool key_is_checked(const Command& command) const;
  bool contradicts(const log::Head& head) const;
  bool covered_from(std::int64_t through) const;
  enum class Step : std::uint8_t { done, wait };
  Step decide(CommandPtr& command, const Moment& now);
  bool answer_by_key(CommandPtr& command);
  Step fly(CommandPtr& command, std::uint64_t version, Draft draft, const Moment& now);
  log::Taken launch(log::Record record, std::optional<RecordedEvent> event, CommandPtr& command, std::vector<StateCache::Change> changes,
                    StatePtr state, const log::Head& after, const Moment& now);
  bool send_barrier(std::string_view reason, const Moment& now);
  log::Taken send(const log::Record& record, const Moment& now);
  bool flights_full() const;
  void catch_up_with_history();
  void take_loaded(const HistorySlice& slice, std::int64_t through);
  void refuse_loading(NotStored::Why why, const std::string& detail);

  // Answering (partition_writer_answer.cpp)
  void hold(CommandPtr command, Outcome outcome);
  void settle_held(const Moment& now);
  void confirm_held(const Moment& now);          // sees to it that they become safe
  void answer(Command& command, Outcome outcome);
  void expire(const Moment& now);

  // Doubt (partition_writer_doubt.cpp)
  void enter_doubt(const Moment& now);
  void sender_broke(const Moment& now);
  void drive_doubt(const Moment& now);
  void resend(const Moment& now);
  void bar(const Moment& now);
  void renew_sender(const Moment& now);

  WriterSettings settings_;
  std::string name_;
  std::function<std::string()> new_event_id_;
  Outbox& outbox_;
  log::LinkReader reader_;
  StateCache cache_;
  Tail tail_;
  WriterStats stats_;

  Phase phase_ = Phase::reading;
  bool owned_ = false;                           // the group has assigned it to me
  std::optional<TakeOver> take_over_;
  Moment release_began_;
  std::string head_writer_;                      // who wrote the head
  std::string halt_reason_;
  bool draining_ = false;
  std::optional<log::Offset> start_end_;         // where the partition ended when I began
  Mono last_read_{};                             // when records came, or that end
  bool out_of_range_ = false;                    // the log ends before what has been read
  std::optional<log::Foothold> unproven_;        // the head I began behind, until it has been compared with the log

  log::Head speculative_;
  std::deque<Flight> flights_;
  std::size_t flights_bytes_ = 0;
  std::unordered_map<std::string, std::uint64_t> flight_keys_;   // command id → height
  SendId next_send_ = 1;
  std::unordered_map<SendId, Mono> unreported_;  // when each append was made that the log has not reported yet
  std::uint64_t own_counted_height_ = 0;
  std::deque<Counted> counted_;
  log::Offset reported_offset_ = -1;
  bool sender_full_ = false;
  bool sender_broken_ = false;
  Mono sender_renewed_{};

  std::list<CommandPtr> waiting_;
  std::size_t waiting_bytes_ = 0;
  std::list<Held> held_;
  std::list<Follower> followers_;
  bool load_asked_ = false;
  std::optional<HistorySlice> ahead_;            // an answer that waits until I have read as far
  std::vector<Read> loading_reads_;
  bool end_asked_ = false;
  Mono end_retry_{};
  Mono last_answer_barrier_{};
  Mono confirm_at_ = Mono::max();                // when confirm_held has something to do again
  std::optional<Doubt> doubt_;
  std::deque<Mono> lost_heads_;                  // since a record of mine counted, the last few
  Mono contended_until_{};
  bool contended_ = false;
  std::optional<Yield> yield_;
  Mono yield_until_{};
  std::deque<log::Foothold> comparing_;          // with the log; the first has been asked for
  bool compare_again_ = false;                   // something happened meanwhile: what the log says may be from before
  Mono last_head_check_{};
};

}  // namespace ledger
