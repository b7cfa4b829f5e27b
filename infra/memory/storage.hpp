#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "log/log.hpp"

namespace ledger::memory {

// Where one reader stands in one partition.
struct Cursor {
  log::PartitionId partition;
  log::Offset next = 0;
  bool lost = false;                   // its offset was out of range; told, and not read any further
  std::size_t disturbances_seen = 0;
};

// The records of all topics, in memory. Knows nothing of senders and reports. Thread-safe; a reader waits here for what comes.
class Storage {
 public:
  // False when there is such a topic already.
  bool create(const log::NewTopic& topic);
  std::optional<log::TopicFacts> facts(const std::string& topic) const;
  void set(const std::string& topic, const std::string& setting, const std::string& value);

  tl::expected<log::Offset, std::string> store(const log::PartitionId& partition, const log::Record& record, std::int64_t now_ms);
  tl::expected<log::Ends, log::LogFault> ends(const log::PartitionId& partition) const;
  tl::expected<std::optional<log::Arrival>, log::LogFault> at(const log::PartitionId& partition, log::Offset offset) const;
  std::vector<log::Arrival> all(const log::PartitionId& partition) const;

  // Drops everything from `end` on; what is stored next takes the offsets again.
  void truncate(const log::PartitionId& partition, log::Offset end);
  // Drops everything before `earliest`, as a retention would.
  void trim(const log::PartitionId& partition, log::Offset earliest);
  void disturb(const log::PartitionId& partition, log::Disturbance what);
  // While paused, readers are given nothing.
  void pause_reads(bool paused);

  // Waits at most `timeout` for something behind the cursors, and moves them over what it returns.
  log::Batch take(std::vector<Cursor>& cursors, std::chrono::milliseconds timeout, std::size_t max_records);
  // Where a reader that begins now finds the disturbances still to come.
  std::size_t disturbances(const log::PartitionId& partition) const;

 private:
  struct Partition {
    log::Offset earliest = 0;
    std::vector<log::Arrival> records;             // records[n] has offset n, also those before `earliest`
    std::vector<log::Disturbance> disturbances;
    log::Offset end() const { return static_cast<log::Offset>(records.size()); }
  };
  struct Topic {
    log::NewTopic as_created;
    std::map<std::string, std::string> settings;
    std::vector<Partition> partitions;
  };

  const Partition* find(const log::PartitionId& partition) const;
  Partition* find(const log::PartitionId& partition);
  log::Batch collect(std::vector<Cursor>& cursors, std::size_t max_records) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Topic> topics_;
  bool reads_paused_ = false;
};

}  // namespace ledger::memory
