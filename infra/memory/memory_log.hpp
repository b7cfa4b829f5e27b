#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "infra/memory/reporter.hpp"
#include "log/log.hpp"

namespace ledger::memory {

class Storage;

using AppendId = std::uint64_t;        // 1, 2, 3 … in the order taken

// An append on its way between its sender and the log.
struct InFlight {
  AppendId id = 0;
  log::PartitionId partition;
  log::Record record = {};
  std::optional<log::Offset> stored = {};   // it is stored already, and only its report is still on the way
  bool abandoned = false;              // its sender was renewed: it was told an error, and can still be stored
};

// A log in memory, for tests and for searches through all that can happen. Left alone it stores every append at once and tells its report
// right after, from a thread of its own. Held, appends stay in the network until a test says what becomes of each. Nothing depends on
// chance, and only append times on a clock. Thread-safe; a reader may outlive the log that made it.
class MemoryLog final : public log::Log {
 public:
  using NowMs = std::function<std::int64_t()>;
  MemoryLog();                                        // append times by the system's clock
  explicit MemoryLog(NowMs now_ms);
  // Appends that are still in the network are told errors.
  ~MemoryLog() override;

  log::Taken append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) override;
  void renew_sender() override;
  std::unique_ptr<log::Reader> read(const std::vector<log::ReadFrom>& from) override;
  tl::expected<log::Ends, log::LogFault> ends(const log::PartitionId& partition, std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<log::Arrival>, log::LogFault> at(const log::PartitionId& partition, log::Offset offset,
                                                              std::chrono::milliseconds timeout) override;
  tl::expected<std::optional<log::TopicFacts>, log::LogFault> facts(const std::string& topic, std::chrono::milliseconds timeout) override;
  tl::expected<void, log::LogFault> create(const log::NewTopic& topic, std::chrono::milliseconds timeout) override;
  void warm(const std::string& topic, std::chrono::milliseconds timeout) override;

  // --- The network, to order. Each of these has told its reports when it returns; an unknown id throws std::out_of_range. ---

  // From now on appends stay in the network.
  void hold();
  // Delivers what is in the network in the order taken, and holds no longer.
  void release();
  std::vector<InFlight> in_flight() const;
  // Stored (unless it is already) and told; in any order, which makes the order of the log. What the log refuses (a record too large, an
  // unknown partition) is told as an error and has no offset.
  std::optional<log::Offset> deliver(AppendId id);
  // Stored, with the report still on the way.
  std::optional<log::Offset> store(AppendId id);
  // A copy is stored; the append itself stays on the way.
  std::optional<log::Offset> duplicate(AppendId id);
  // Gone and told as an error: never stored, or when stored already only its report is lost.
  void lose(AppendId id);

  // --- The sender, to order ---

  // What appends are answered from now on. renew_sender() mends a broken one.
  void answer_appends(log::Taken answer);
  // Returns when every report that is due has been told.
  void settle();

  // --- The log, to order ---

  // Stored past any sender: what somebody else wrote.
  log::Offset put(const log::PartitionId& partition, const log::Record& record);
  std::vector<log::Arrival> stored(const log::PartitionId& partition) const;
  // Cuts everything from `end` on, as an unclean election does; what comes next takes the offsets again.
  void truncate(const log::PartitionId& partition, log::Offset end);
  // Drops everything before `earliest`, as a retention does.
  void trim(const log::PartitionId& partition, log::Offset earliest);
  // Tells every reader of the partition.
  void disturb(const log::PartitionId& partition, log::Disturbance what);
  // Readers are given nothing until resumed.
  void pause_reads();
  void resume_reads();
  // ends(), at(), facts() and create() fail with this sentence; empty: no longer.
  void fail_questions(std::string why);
  // What facts() says of a topic.
  void set(const std::string& topic, const std::string& setting, const std::string& value);

 private:
  struct Held {
    InFlight append;
    log::OnReport on_report;           // empty once told
  };

  std::list<Held>::iterator find(AppendId id);
  log::Report store(Held& held);
  void tell(Held& held, log::Report report);
  std::optional<log::LogFault> question_fault() const;

  const NowMs now_ms_;
  const std::shared_ptr<Storage> storage_;            // shared with the readers
  mutable std::mutex mutex_;
  std::list<Held> network_;
  AppendId taken_ = 0;
  bool holding_ = false;
  log::Taken answer_ = log::Taken::yes;
  std::string question_fault_;
  Reporter reporter_;
};

}  // namespace ledger::memory
