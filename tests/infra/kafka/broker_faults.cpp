#include <doctest/doctest.h>

#include <algorithm>

#include "infra/kafka/kafka_log.hpp"
#include "tests/infra/kafka/private_broker.hpp"
#include "tests/support/log_probe.hpp"

using namespace ledger;
using namespace std::chrono_literals;
using probe::kPatience;
using probe::read_until;
using probe::record_of;
using probe::Reports;
using probe::store;

namespace {

bool told(const log::Batch& batch, log::Disturbance what) {
  return std::any_of(batch.disturbances.begin(), batch.disturbances.end(), [&](const auto& disturbed) { return disturbed.what == what; });
}

}  // namespace

TEST_CASE("a broker that is paused, and one that dies") {
  kafka::PrivateBroker broker;
  kafka::KafkaSettings settings;
  settings.brokers = broker.address();
  settings.leader_check_ms = 100;
  settings.request_timeout_ms = 1'000;
  kafka::KafkaLog log{settings};
  const log::PartitionId partition{"faults", 0};
  REQUIRE(log.create({.name = partition.topic, .partitions = 1}, kPatience));
  log.warm(partition.topic, kPatience);
  const auto reader = log.read({{partition, 0}});
  store(log, partition, record_of("0"));
  REQUIRE(read_until(*reader, 1).arrivals.size() == 1);

  // Paused: nothing is told before the broker can have stored it, questions end at their bound, and all is well afterwards.
  broker.pause();
  Reports paused;
  for (const auto* value : {"1", "2", "3"}) REQUIRE(log.append(partition, record_of(value), paused.next()) == log::Taken::yes);
  CHECK_FALSE(paused.complete(300ms));
  const auto asked = std::chrono::steady_clock::now();
  CHECK_FALSE(log.ends(partition, 300ms));
  CHECK_FALSE(log.at(partition, 0, 300ms));
  CHECK_FALSE(log.facts(partition.topic, 300ms));
  CHECK(std::chrono::steady_clock::now() - asked < 10s);
  broker.resume();
  REQUIRE(paused.complete());
  CHECK(paused.each_once());
  CHECK(probe::values(read_until(*reader, 3)) == std::vector<std::string>{"1", "2", "3"});

  // Dead: what is on its way is given up with the sender, and the same bytes sent again by a new one appear.
  broker.kill();
  Reports given_up;
  for (const auto* value : {"4", "5"}) REQUIRE(log.append(partition, record_of(value), given_up.next()) == log::Taken::yes);
  CHECK_FALSE(log.ends(partition, 300ms));
  log.renew_sender();
  REQUIRE(given_up.complete());
  CHECK(given_up.each_once());
  for (const auto& report : given_up.all()) CHECK_FALSE(report.offset.has_value());
  Reports again;
  for (const auto* value : {"4", "5"}) REQUIRE(log.append(partition, record_of(value), again.next()) == log::Taken::yes);
  broker.start();
  REQUIRE(again.complete());
  CHECK(again.each_once());
  CHECK(again.all().back().offset.has_value());

  const auto batch = read_until(*reader, 2, 1);
  CHECK(probe::values(batch) == std::vector<std::string>{"4", "5"});
  CHECK(told(batch, log::Disturbance::reconnected));
  const auto first = log.at(partition, 0, kPatience);
  REQUIRE(first);
  REQUIRE(first->has_value());
  CHECK((*first)->record.value == "0");
}

TEST_CASE("a warm topic takes its first record without the library's wait of a second") {
  kafka::KafkaLog log{{.brokers = probe::test_brokers()}};
  auto best = std::chrono::steady_clock::duration::max();
  for (int n = 0; n < 3; ++n) {                       // the best of three: the machine may be busy
    const auto topic = probe::fresh_topic_name();
    REQUIRE(log.create({.name = topic, .partitions = 1}, kPatience));
    log.warm(topic, kPatience);
    const auto began = std::chrono::steady_clock::now();
    store(log, {topic, 0}, record_of("first"));
    best = std::min(best, std::chrono::steady_clock::now() - began);
  }
  CHECK(best < 500ms);
}
