#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "infra/kafka/kafka_groups.hpp"
#include "infra/memory/memory_groups.hpp"
#include "tests/contract/log_contract.hpp"
#include "tests/support/group_witness.hpp"

// What every adapter of the groups' port promises. A case is written once, as TEST_CASE_TEMPLATE over LEDGER_GROUP_ADAPTERS.
namespace ledger::contract {

struct MemoryGroupsAdapter {
  memory::MemoryLog log;
  memory::MemoryGroups groups{log};
};
struct KafkaGroupsAdapter {
  kafka::KafkaLog log{{.brokers = test_brokers()}};
  kafka::KafkaGroups groups{{.brokers = test_brokers()}};
};
#define LEDGER_GROUP_ADAPTERS ::ledger::contract::MemoryGroupsAdapter, ::ledger::contract::KafkaGroupsAdapter

template <class Adapter>
struct GroupSubject : Adapter {
  explicit GroupSubject(std::int32_t partitions = 6) : count{partitions} {
    REQUIRE(this->log.create({.name = topic, .partitions = partitions}, kPatience));
  }
  std::unique_ptr<log::Membership> join(const std::string& member, Witness& witness, const std::string& which = "") {
    return this->groups.join({.group = group + which, .topics = {topic}, .member = member, .about = "about " + member}, witness);
  }
  Partitions all() const {
    Partitions partitions;
    for (std::int32_t number = 0; number < count; ++number) partitions.insert({topic, number});
    return partitions;
  }

  const std::int32_t count;
  const std::string topic = fresh_topic_name();
  const std::string group = topic + ".group";
};

}  // namespace ledger::contract

TYPE_TO_STRING(ledger::contract::MemoryGroupsAdapter);
TYPE_TO_STRING(ledger::contract::KafkaGroupsAdapter);
