#pragma once

#include <deque>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "infra/memory/memory_log.hpp"

namespace ledger::test {

// A process' own sender to a log in memory that others write to as well: gapless, and cut off when a test says so. What
// it was given after that is told as lost and may still arrive, from the front, when nobody expects it any more.
class Uplink : public log::Log {
 public:
  explicit Uplink(memory::MemoryLog& log) : log_{log} {}

  // Stores so many more records, and is then cut off until it is renewed.
  void cut_off_after(std::size_t records) { left_ = records; }
  // From what was given up, at most so many records arrive now.
  void arrive_late(std::size_t records) {
    for (; records > 0 && !given_up_.empty(); --records) {
      log_.put(given_up_.front().first, given_up_.front().second);
      given_up_.pop_front();
    }
  }
  // What was given up and has not arrived never will.
  void lose_the_rest() { given_up_.clear(); }

  log::Taken append(const log::PartitionId& partition, const log::Record& record, log::OnReport on_report) override {
    if (left_ == 0) {
      given_up_.emplace_back(partition, record);
      on_report({.error = "cut off"});
    } else {
      --left_;
      on_report({.offset = log_.put(partition, record)});
    }
    return log::Taken::yes;
  }
  void renew_sender() override { left_ = std::numeric_limits<std::size_t>::max(); }

  std::unique_ptr<log::Reader> read(const std::vector<log::ReadFrom>& from) override { return log_.read(from); }
  tl::expected<log::Ends, log::LogFault> ends(const log::PartitionId& partition,
                                              std::chrono::milliseconds timeout) override {
    return log_.ends(partition, timeout);
  }
  tl::expected<std::optional<log::Arrival>, log::LogFault> at(const log::PartitionId& partition, log::Offset offset,
                                                              std::chrono::milliseconds timeout) override {
    return log_.at(partition, offset, timeout);
  }
  tl::expected<std::optional<log::TopicFacts>, log::LogFault> facts(const std::string& topic,
                                                                    std::chrono::milliseconds timeout) override {
    return log_.facts(topic, timeout);
  }
  tl::expected<void, log::LogFault> create(const log::NewTopic& topic, std::chrono::milliseconds timeout) override {
    return log_.create(topic, timeout);
  }
  void warm(const std::string& topic, std::chrono::milliseconds timeout) override { log_.warm(topic, timeout); }

 private:
  memory::MemoryLog& log_;
  std::size_t left_ = std::numeric_limits<std::size_t>::max();
  std::deque<std::pair<log::PartitionId, log::Record>> given_up_;
};

}  // namespace ledger::test
