#pragma once

#include <doctest/doctest.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "infra/kafka/kafka_groups.hpp"
#include "infra/memory/memory_groups.hpp"
#include "tests/contract/log_contract.hpp"

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

using Partitions = std::set<log::PartitionId>;

// Keeps what a member is told. Gives back at once what is asked for, or holds it until told to.
class Witness final : public log::GroupListener {
 public:
  enum class Gives : std::uint8_t { at_once, when_told };
  explicit Witness(Gives gives = Gives::at_once) : gives_{gives} {}

  void assigned(const std::vector<log::PartitionId>& partitions) override;
  void revoked(const std::vector<log::PartitionId>& partitions, std::function<void()> released) override;
  void lost(const std::vector<log::PartitionId>& partitions) override;

  // What it has by what it was told; what it was asked to give back counts until it has.
  Partitions has() const;
  std::size_t times_assigned() const;
  std::size_t times_revoked() const;
  std::size_t times_lost() const;
  // Gives back what it was asked for and has held.
  void give_back();
  // Nothing was assigned twice or taken that it did not have.
  bool consistent() const;

 private:
  const Gives gives_;
  mutable std::mutex mutex_;
  Partitions has_;
  std::vector<std::pair<std::vector<log::PartitionId>, std::function<void()>>> held_;
  std::size_t assigned_ = 0, revoked_ = 0, lost_ = 0;
  bool consistent_ = true;
};

// True as soon as the condition holds, false when patience ends.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience = kPatience);

// Every partition is with exactly one of them.
bool shared_out(const std::vector<const Witness*>& witnesses, const Partitions& all);

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
