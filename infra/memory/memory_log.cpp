#include "infra/memory/memory_log.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "infra/memory/storage.hpp"

namespace ledger::memory {

namespace {

std::int64_t system_now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class MemoryReader final : public log::Reader {
 public:
  MemoryReader(std::shared_ptr<Storage> storage, const std::vector<log::ReadFrom>& from) : storage_{std::move(storage)} {
    for (const auto& [partition, offset] : from) {
      cursors_.push_back({.partition = partition, .next = offset, .disturbances_seen = storage_->disturbances(partition)});
    }
  }

  log::Batch poll(std::chrono::milliseconds timeout, std::size_t max_records) override {
    return storage_->take(cursors_, timeout, max_records);
  }

 private:
  const std::shared_ptr<Storage> storage_;            // shared with the log
  std::vector<Cursor> cursors_;
};

}  // namespace

MemoryLog::MemoryLog() : MemoryLog{system_now_ms} {}

MemoryLog::MemoryLog(NowMs now_ms) : now_ms_{std::move(now_ms)}, storage_{std::make_shared<Storage>()} {}

MemoryLog::~MemoryLog() { renew_sender(); }

log::Taken MemoryLog::append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) {
  const std::lock_guard lock{mutex_};
  if (answer_ != log::Taken::yes) return answer_;
  network_.push_back({.append = {.id = ++taken_, .partition = partition, .record = record}, .on_report = std::move(on_report)});
  if (holding_) return log::Taken::yes;
  tell(network_.back(), store(network_.back()));
  network_.pop_back();
  return log::Taken::yes;
}

void MemoryLog::renew_sender() {
  const std::lock_guard lock{mutex_};
  for (auto& held : network_) {
    held.append.abandoned = true;
    tell(held, {.error = "the sender was renewed"});
  }
  // What was stored has nothing more on the way.
  network_.remove_if([](const Held& held) { return held.append.stored.has_value(); });
  if (answer_ == log::Taken::broken) answer_ = log::Taken::yes;
}

std::unique_ptr<log::Reader> MemoryLog::read(const std::vector<log::ReadFrom>& from) {
  return std::make_unique<MemoryReader>(storage_, from);
}

tl::expected<log::Ends, log::LogFault> MemoryLog::ends(const log::PartitionId& partition, std::chrono::milliseconds) {
  if (auto fault = question_fault()) return tl::unexpected(std::move(*fault));
  return storage_->ends(partition);
}

tl::expected<std::optional<log::Arrival>, log::LogFault> MemoryLog::at(const log::PartitionId& partition, log::Offset offset,
                                                                       std::chrono::milliseconds) {
  if (auto fault = question_fault()) return tl::unexpected(std::move(*fault));
  return storage_->at(partition, offset);
}

tl::expected<std::optional<log::TopicFacts>, log::LogFault> MemoryLog::facts(const std::string& topic, std::chrono::milliseconds) {
  if (auto fault = question_fault()) return tl::unexpected(std::move(*fault));
  return storage_->facts(topic);
}

tl::expected<void, log::LogFault> MemoryLog::create(const log::NewTopic& topic, std::chrono::milliseconds) {
  if (auto fault = question_fault()) return tl::unexpected(std::move(*fault));
  storage_->create(topic);
  return {};
}

void MemoryLog::warm(const std::string&, std::chrono::milliseconds) {}   // the first append is as quick as any

void MemoryLog::hold() {
  const std::lock_guard lock{mutex_};
  holding_ = true;
}

void MemoryLog::release() {
  {
    const std::lock_guard lock{mutex_};
    for (auto& held : network_) tell(held, store(held));
    network_.clear();
    holding_ = false;
  }
  settle();
}

std::vector<InFlight> MemoryLog::in_flight() const {
  const std::lock_guard lock{mutex_};
  std::vector<InFlight> all;
  all.reserve(network_.size());
  for (const auto& held : network_) all.push_back(held.append);
  return all;
}

std::optional<log::Offset> MemoryLog::deliver(AppendId id) {
  log::Report report;
  {
    const std::lock_guard lock{mutex_};
    const auto held = find(id);
    report = store(*held);
    tell(*held, report);
    network_.erase(held);
  }
  settle();
  return report.offset;
}

std::optional<log::Offset> MemoryLog::store(AppendId id) {
  const std::lock_guard lock{mutex_};
  const auto held = find(id);
  const auto offset = store(*held).offset;
  if (held->append.abandoned) network_.erase(held);      // no report is owed any more
  return offset;
}

std::optional<log::Offset> MemoryLog::duplicate(AppendId id) {
  const std::lock_guard lock{mutex_};
  const auto& append = find(id)->append;
  const auto offset = storage_->store(append.partition, append.record, now_ms_());
  return offset ? std::optional{*offset} : std::nullopt;
}

void MemoryLog::lose(AppendId id) {
  {
    const std::lock_guard lock{mutex_};
    const auto held = find(id);
    tell(*held, {.error = "lost in the network"});
    network_.erase(held);
  }
  settle();
}

void MemoryLog::answer_appends(log::Taken answer) {
  const std::lock_guard lock{mutex_};
  answer_ = answer;
}

void MemoryLog::settle() { reporter_.settle(); }

log::Offset MemoryLog::put(const log::PartitionId& partition, const log::Record& record) {
  return storage_->store(partition, record, now_ms_()).value();
}

std::vector<log::Arrival> MemoryLog::stored(const log::PartitionId& partition) const { return storage_->all(partition); }
void MemoryLog::truncate(const log::PartitionId& partition, log::Offset end) { storage_->truncate(partition, end); }
void MemoryLog::trim(const log::PartitionId& partition, log::Offset earliest) { storage_->trim(partition, earliest); }
void MemoryLog::disturb(const log::PartitionId& partition, log::Disturbance what) { storage_->disturb(partition, what); }
void MemoryLog::pause_reads() { storage_->pause_reads(true); }
void MemoryLog::resume_reads() { storage_->pause_reads(false); }

void MemoryLog::fail_questions(std::string why) {
  const std::lock_guard lock{mutex_};
  question_fault_ = std::move(why);
}

void MemoryLog::set(const std::string& topic, const std::string& setting, const std::string& value) {
  storage_->set(topic, setting, value);
}

std::list<MemoryLog::Held>::iterator MemoryLog::find(AppendId id) {
  const auto found = std::find_if(network_.begin(), network_.end(), [id](const Held& held) { return held.append.id == id; });
  if (found == network_.end()) throw std::out_of_range("no append " + std::to_string(id) + " is in the network");
  return found;
}

log::Report MemoryLog::store(Held& held) {
  auto& append = held.append;
  if (!append.stored) {
    const auto offset = storage_->store(append.partition, append.record, now_ms_());
    if (!offset) return {.error = offset.error()};
    append.stored = *offset;
  }
  return {.offset = append.stored};
}

void MemoryLog::tell(Held& held, log::Report report) {
  if (!held.on_report) return;
  reporter_.tell([on_report = std::exchange(held.on_report, nullptr), report = std::move(report)] { on_report(report); });
}

std::optional<log::LogFault> MemoryLog::question_fault() const {
  const std::lock_guard lock{mutex_};
  if (question_fault_.empty()) return std::nullopt;
  return log::LogFault{question_fault_};
}

}  // namespace ledger::memory
