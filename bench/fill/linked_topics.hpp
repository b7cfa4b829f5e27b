#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>

#include "domain/recorded_event.hpp"
#include "log/link.hpp"
#include "log/log.hpp"

namespace ledger::bench {

// The log topics of a new ledger, filled past the command side: events are linked here and appended without deciding anything or reading
// back, as fast as the log takes them. Nobody else may write to them meanwhile. One thread. Throws std::runtime_error when the log does
// not take part.
class LinkedTopics {
 public:
  // Makes the topics with their geneses. The prefix must be new.
  LinkedTopics(log::Log& log, const std::string& prefix, std::int32_t partitions);

  void append(const RecordedEvent& event);
  // Waits until everything appended is stored.
  void settle(std::chrono::milliseconds timeout);

  std::uint64_t value_bytes() const { return value_bytes_; }
  std::uint64_t record_bytes() const { return record_bytes_; }   // with key and headers

 private:
  log::Log& log_;
  const std::string topic_;
  const std::int32_t partitions_;
  std::map<std::int32_t, log::Head> heads_;
  std::uint64_t appended_ = 0, value_bytes_ = 0, record_bytes_ = 0;
  std::atomic<std::uint64_t> stored_{0}, lost_{0};
};

// A prefix that no topic has: bench-<uuid>.
std::string fresh_prefix();

}  // namespace ledger::bench
