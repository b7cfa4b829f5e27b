#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <variant>
#include <vector>

#include "commands/clerks.hpp"
#include "commands/log_guard.hpp"
#include "commands/neighbours.hpp"
#include "commands/partition_writer.hpp"
#include "commands/sender_keeper.hpp"

namespace ledger {

// Called once per submitted proposal, from the loop's thread; must not block.
using OnOutcome = std::function<void(Outcome)>;

struct LoopSettings {
  WriterSettings writer;
  std::chrono::milliseconds load_timeout_ms{2'000};
  std::chrono::milliseconds log_timeout_ms{2'000};
};

// What the loops of one process share. Outlives them.
struct LoopWorld {
  log::Log& log;
  History& history;
  Clerks& log_clerks;
  Clerks& history_clerks;
  SenderKeeper& sender;
  std::function<std::string()> new_event_id;
  std::function<void(const log::PartitionId&, const std::string& why)> on_halt;
  std::function<void(const RecordedEvent&)> on_counted = {};   // may be empty; quick, from any loop's thread
  Neighbours* neighbours = nullptr;    // none: alone
  LogGuard* guard = nullptr;           // told of the clocks and of foreign records; may be none
};

// Gives a partition writer its thread: an inbox in front of it, the real log and history behind it. All methods are thread-safe.
class PartitionLoop final : private Outbox {
 public:
  PartitionLoop(const LoopSettings& settings, log::PartitionId partition, std::string writer_name, LoopWorld& world);
  ~PartitionLoop() override;               // stops without draining

  void start(std::optional<log::Anchor> from);
  // Whose the partition is, as the group of writers says.
  void assume();
  void release(std::function<void()> released);   // called from the loop's thread, once, when nothing is under way
  void lose();
  void submit(Proposal proposal, Deadlines deadlines, OnOutcome on_outcome);
  void inquire(Inquiry inquiry, Deadlines deadlines, OnOutcome on_outcome);
  void records(std::vector<log::Arrival> arrivals);
  void disturbed(log::Disturbance what);
  void history_reached(const log::Anchor& checkpoint);

  // Takes nothing more and waits until what is in flight is settled, at most until `by`; then answers what is left. Who comes later is
  // answered in his own thread.
  void drain(Mono by);

  const WriterStats& stats() const { return writer_.stats(); }
  const log::PartitionId& partition() const { return partition_; }
  std::string halt_reason() const;
  std::size_t inbox_records() const { return inbox_records_.load(std::memory_order_relaxed); }

 private:
  struct Start { std::optional<log::Anchor> from; };
  struct Assume {};
  struct Release { std::function<void()> released; };
  struct Lose {};
  struct Submit { Proposal proposal; Deadlines deadlines; OnOutcome on_outcome; };
  struct Inquire { Inquiry inquiry; Deadlines deadlines; OnOutcome on_outcome; };
  struct Records { std::vector<log::Arrival> arrivals; };
  struct Reported { SendId id; log::Report report; };
  struct EndCame { tl::expected<log::Offset, log::LogFault> end; };
  struct Loaded { Result<HistorySlice, HistoryFault> slice; };
  struct ReadBack { log::Offset offset; tl::expected<std::optional<log::Arrival>, log::LogFault> found; };
  struct HistoryReached { log::Anchor checkpoint; };
  struct Disturbed {
    log::Disturbance what;
  };
  struct Drain {};
  using Input = std::variant<Start, Assume, Release, Lose, Submit, Inquire, Records, Reported, EndCame, Loaded, ReadBack, HistoryReached, Disturbed, Drain>;

  log::Taken append(const log::Record& record, SendId id) override;
  void renew_sender() override;
  void load(HistoryQuery query) override;
  void ask_end() override;
  void read_at(log::Offset offset) override;
  void answer(Ticket ticket, Outcome outcome) override;
  void counted(const RecordedEvent& event) override;
  void foreign_record(log::Offset offset) override;
  void clock_apart(std::chrono::milliseconds ahead) override;
  void took_over(const std::string& from, std::chrono::microseconds length) override;
  void released(std::chrono::microseconds length) override;
  void check_assignment() override;
  bool yield_to(const std::string& writer) override;
  void head_written_by(const std::string& writer) override;

  void post(Input input);
  void run(const std::stop_token& stop);
  bool wait(const std::stop_token& stop, std::vector<Input>& inputs, Mono tick_at);
  void take(Input input, const Moment& now);
  static void refuse(Input& input);
  void tell_released();
  void tell_halt();
  Ticket ticket_for(OnOutcome on_outcome);

  LoopSettings settings_;
  log::PartitionId partition_;
  LoopWorld& world_;
  PartitionWriter writer_;
  std::uint64_t sender_seen_ = 0;
  Ticket next_ticket_ = 1;
  std::unordered_map<Ticket, OnOutcome> waiting_;
  std::vector<std::function<void()>> on_released_;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Input> inbox_;
  std::atomic<std::size_t> inbox_records_{0};
  std::condition_variable idle_;
  bool is_idle_ = false;
  bool ended_ = false;
  std::string halt_reason_;
  // Reports and clerks' results may come after this object is gone: they hold a share of this door, which the destructor closes.
  struct Door {
    std::mutex mutex;
    PartitionLoop* loop = nullptr;
    void post(Input input);
  };
  std::shared_ptr<Door> door_;
  std::jthread thread_;
};

}  // namespace ledger
