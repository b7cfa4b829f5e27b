#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "log/log.hpp"

// How tests use a log of any kind: append and wait, collect reports, read until enough is there.
namespace ledger::probe {

// No answer of a healthy log takes this long on any machine; it bounds the tests and nothing else.
inline constexpr std::chrono::milliseconds kPatience{30'000};

// The broker that PROMPTLEDGER_TEST_KAFKA names. Throws when it names none: without one a test fails, it is not left out.
std::string test_brokers();

// Nobody else's topic, in this run or another.
std::string fresh_topic_name();

// Collects reports from whatever thread they come, also after the test is over: a log tells the last of them when it ends.
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
  struct Collected {
    std::mutex mutex;
    std::condition_variable told;
    std::map<std::size_t, Entry> entries;
    std::vector<std::size_t> order;
  };
  std::shared_ptr<Collected> collected_ = std::make_shared<Collected>();
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

}  // namespace ledger::probe
