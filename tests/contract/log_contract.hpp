#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "infra/kafka/kafka_log.hpp"
#include "infra/memory/memory_log.hpp"
#include "log/log.hpp"

// What every adapter of the log's port promises. A case is written once, as TEST_CASE_TEMPLATE over LEDGER_LOG_ADAPTERS, and gets a log
// and a fresh topic from Subject.
namespace ledger::contract {

using namespace std::chrono_literals;

// No answer of a healthy log takes this long on any machine; it bounds the tests and nothing else.
inline constexpr std::chrono::milliseconds kPatience{30'000};

struct MemoryAdapter {
  memory::MemoryLog log;
};
// Throws when PROMPTLEDGER_TEST_KAFKA names no broker: without one these cases fail, they are not left out.
struct KafkaAdapter {
  kafka::KafkaLog log{settings()};
  static kafka::KafkaSettings settings();
};
#define LEDGER_LOG_ADAPTERS ::ledger::contract::MemoryAdapter, ::ledger::contract::KafkaAdapter

// Nobody else's topic, in this run or another.
std::string fresh_topic_name();

// Collects reports from whatever thread they come.
class Reports {
 public:
  log::OnReport next();                          // for the append that is number size() of this collector
  // Waits for every report asked for; false when one is missing.
  bool complete(std::chrono::milliseconds timeout = kPatience);
  // In the order of the appends; a report missing is one without offset and error.
  std::vector<log::Report> all() const;
  bool each_once() const;
  std::vector<std::size_t> order() const;        // the appends' numbers in the order told

 private:
  struct Entry {
    log::Report report;
    int told = 0;
  };
  mutable std::mutex mutex_;
  std::condition_variable told_;
  std::map<std::size_t, Entry> entries_;
  std::vector<std::size_t> order_;
};

log::Record record_of(std::string value);

// Appends, and waits for its report. The test fails when it is not stored.
log::Offset store(log::Log& log, const log::PartitionId& partition, const log::Record& record);
// Appends again and again while the log says "full".
void append_patiently(log::Log& log, const log::PartitionId& partition, const log::Record& record, const log::OnReport& on_report);

// What a reader brings until there are `count` arrivals and `disturbances` disturbances, or patience ends.
log::Batch read_until(log::Reader& reader, std::size_t count, std::size_t disturbances = 0);

std::vector<log::Offset> offsets(const log::Batch& batch);
std::vector<std::string> values(const log::Batch& batch);

template <class Adapter>
struct Subject : Adapter {
  explicit Subject(std::int32_t partitions = 1) {
    REQUIRE(this->log.create({.name = topic, .partitions = partitions}, kPatience));
    this->log.warm(topic, kPatience);
  }
  log::PartitionId partition(std::int32_t number = 0) const { return {topic, number}; }
  std::unique_ptr<log::Reader> reader(log::Offset from = 0) { return this->log.read({{partition(), from}}); }

  const std::string topic = fresh_topic_name();
};

}  // namespace ledger::contract

TYPE_TO_STRING(ledger::contract::MemoryAdapter);
TYPE_TO_STRING(ledger::contract::KafkaAdapter);
