#pragma once

#include <doctest/doctest.h>

#include "infra/kafka/kafka_log.hpp"
#include "infra/memory/memory_log.hpp"
#include "infra/shared_reads/shared_reads.hpp"
#include "tests/support/log_probe.hpp"

// What every adapter of the log's port promises. A case is written once, as TEST_CASE_TEMPLATE over LEDGER_LOG_ADAPTERS, and gets a log
// and a fresh topic from Subject.
namespace ledger::contract {

using namespace std::chrono_literals;
using namespace ledger::probe;

struct MemoryAdapter {
  memory::MemoryLog log;
};
struct KafkaAdapter {
  kafka::KafkaLog log{{.brokers = test_brokers()}};
};
// A log in front of another keeps that one's promises.
struct SharedMemoryAdapter {
  memory::MemoryLog behind;
  shared_reads::SharedReads log{behind};
};
struct SharedKafkaAdapter {
  kafka::KafkaLog behind{{.brokers = test_brokers()}};
  shared_reads::SharedReads log{behind};
};
#define LEDGER_LOG_ADAPTERS ::ledger::contract::MemoryAdapter, ::ledger::contract::KafkaAdapter
#define LEDGER_READING_ADAPTERS LEDGER_LOG_ADAPTERS, ::ledger::contract::SharedMemoryAdapter, ::ledger::contract::SharedKafkaAdapter

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
TYPE_TO_STRING(ledger::contract::SharedMemoryAdapter);
TYPE_TO_STRING(ledger::contract::SharedKafkaAdapter);
