#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "commands/topic_guard.hpp"

namespace ledger {

struct LogGuardSettings {
  std::chrono::milliseconds every_ms{60'000};
  std::chrono::milliseconds clock_skew_max_ms{2'000};
};

// Told of what is found, by the guard's thread; each may be empty.
struct GuardHooks {
  // Something is wrong, or wrong in another way, or right again (then without a sentence). `what` is a topic, or "clock".
  std::function<void(const std::string& what, const std::optional<std::string>& why)> changed;
  // So many records that no ledger has written came since the last look.
  std::function<void(const log::PartitionId&, std::uint64_t records, log::Offset last)> foreign;
};

// Looks, as long as the process writes, whether the log's topics and this machine's clock are still fit (protocol step 23), and says which topics
// must not be written to. A topic that cannot be asked is what it was when it last could. One thread of its own; all methods are thread-safe.
class LogGuard {
 public:
  struct State {
    std::map<std::string, std::optional<TopicFault>> topics;   // as of the last answer
    std::int64_t clock_apart_ms = 0;   // how far this machine's clock was ahead of the log's, at least, at the last record of ours
    bool clock_is_wrong = false;
    std::uint64_t looks = 0;           // at a topic
    std::uint64_t unanswered = 0;      // of them
    bool is_fit() const;
  };

  LogGuard(LogGuardSettings settings, log::Log& log);
  ~LogGuard();

  // These partitions were found to be fit just now.
  void start(const FoundationSettings& foundation, const std::vector<log::PartitionId>& partitions, GuardHooks hooks);
  void stop();

  // Why nothing may be written to the topic now.
  std::optional<std::string> refuses(const std::string& topic) const;
  // What a record of ours said of the two clocks; from any loop's thread.
  void clock_apart(std::chrono::milliseconds ahead) { clock_apart_ms_ = ahead.count(); }
  // A record that no ledger has written; from any loop's thread.
  void foreign_record(const log::PartitionId& partition, log::Offset offset);
  State state() const;

 private:
  struct Foreign {
    std::uint64_t records = 0;
    log::Offset last = 0;
  };

  void watch(const std::stop_token& stop);
  void look_at(const std::string& topic, const std::vector<log::PartitionId>& partitions);
  void look_at_clock();
  void tell_foreign();

  const LogGuardSettings settings_;
  log::Log& log_;
  FoundationSettings foundation_;
  std::map<std::string, std::vector<log::PartitionId>> partitions_;   // by topic
  GuardHooks hooks_;

  std::atomic<std::int64_t> clock_apart_ms_{0};
  std::atomic<bool> any_can_lose_{false};
  mutable std::mutex mutex_;
  State state_;
  std::map<log::PartitionId, Foreign> foreign_;   // since the last look
  std::condition_variable_any wake_;
  std::jthread thread_;
};

}  // namespace ledger
