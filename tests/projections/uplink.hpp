#pragma once

#include <deque>
#include <limits>
#include <utility>

#include "infra/memory/memory_log.hpp"
#include "log/forwarding_log.hpp"

namespace ledger::test {

// A process' own sender to a log in memory that others write to as well: gapless, and cut off when a test says so. What
// it was given after that is told as lost and may still arrive, from the front, when nobody expects it any more.
class Uplink : public log::ForwardingLog {
 public:
  explicit Uplink(memory::MemoryLog& log) : log::ForwardingLog{log}, log_{log} {}

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

 private:
  memory::MemoryLog& log_;
  std::size_t left_ = std::numeric_limits<std::size_t>::max();
  std::deque<std::pair<log::PartitionId, log::Record>> given_up_;
};

}  // namespace ledger::test
