#include <doctest/doctest.h>

#include <thread>

#include "infra/kafka/kafka_log.hpp"
#include "tests/infra/kafka/mock_cluster.hpp"
#include "tests/support/log_probe.hpp"

using namespace ledger;
using probe::read_until;
using probe::record_of;
using probe::Reports;
using probe::store;

namespace {

kafka::KafkaSettings settings_for(const kafka::MockCluster& cluster) {
  kafka::KafkaSettings settings;
  settings.brokers = cluster.brokers();
  settings.leader_check_ms = 50;
  return settings;
}

}  // namespace

TEST_CASE("a producer that turned fatal takes nothing until it is renewed") {
  kafka::MockCluster cluster{1};
  cluster.create("t", 1, 1);
  kafka::KafkaLog log{settings_for(cluster)};
  const log::PartitionId partition{"t", 0};
  store(log, partition, record_of("before"));

  // What librdkafka 2.0.2 makes of a broker that restarted (its issue 4438): the idempotent producer is lost for good.
  cluster.answer_produce({RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER});
  Reports reports;
  REQUIRE(log.append(partition, record_of("lost"), reports.next()) == log::Taken::yes);
  REQUIRE(reports.complete());
  CHECK_FALSE(reports.all().front().offset.has_value());
  Reports none;
  CHECK(log.append(partition, record_of("refused"), none.next()) == log::Taken::broken);

  log.renew_sender();
  store(log, partition, record_of("lost"));
  const auto reader = log.read({{partition, 0}});
  CHECK(probe::values(read_until(*reader, 2)) == std::vector<std::string>{"before", "lost"});
  CHECK(reports.each_once());
  CHECK(none.order().empty());
}

TEST_CASE("a full queue is back-pressure, and passes") {
  kafka::MockCluster cluster{1};
  cluster.create("t", 1, 1);
  auto settings = settings_for(cluster);
  settings.queue_max_messages = 10;
  kafka::KafkaLog log{settings};
  const log::PartitionId partition{"t", 0};

  Reports reports;
  bool full = false;
  for (int n = 0; n < 10'000 && !full; ++n) {
    auto on_report = reports.next();
    full = log.append(partition, record_of("x"), on_report) == log::Taken::full;
    if (full) on_report({.error = "not taken"});
  }
  CHECK(full);
  CHECK(reports.complete());
  CHECK(reports.each_once());
  store(log, partition, record_of("after"));
}

TEST_CASE("a gapless sender stores nothing behind a record that was refused; another does") {
  bool gapless = false, by_broker = false;
  SUBCASE("gapless, refused by the broker") { gapless = by_broker = true; }
  SUBCASE("gapless, refused by the library") { gapless = true; }
  SUBCASE("not gapless, refused by the broker") { by_broker = true; }
  SUBCASE("not gapless, refused by the library") {}
  kafka::MockCluster cluster{1};
  cluster.create("t", 1, 1);
  auto settings = settings_for(cluster);
  settings.gapless = gapless;
  settings.max_message_bytes = 10'000;
  kafka::KafkaLog log{settings};
  const log::PartitionId partition{"t", 0};
  store(log, partition, record_of("before"));

  if (by_broker) cluster.answer_produce({RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
  Reports reports, later;
  REQUIRE(log.append(partition, record_of(std::string(by_broker ? 10 : 20'000, 'x')), reports.next()) == log::Taken::yes);
  REQUIRE(reports.complete());
  CHECK_FALSE(reports.all().front().offset.has_value());
  CHECK(log.append(partition, record_of("behind"), later.next()) == (gapless ? log::Taken::broken : log::Taken::yes));
  if (gapless) {
    log.renew_sender();
    store(log, partition, record_of("again"));
  }
  const auto reader = log.read({{partition, 0}});
  CHECK(probe::values(read_until(*reader, 2)) == std::vector<std::string>{"before", gapless ? "again" : "behind"});
}

TEST_CASE("a gapless sender gives no record up by itself") {
  kafka::MockCluster cluster{1};
  cluster.create("t", 1, 1);
  auto settings = settings_for(cluster);
  settings.delivery_timeout_ms = 200;
  SUBCASE("gapless") { settings.gapless = true; }
  SUBCASE("not gapless") { settings.gapless = false; }
  kafka::KafkaLog log{settings};
  const log::PartitionId partition{"t", 0};
  store(log, partition, record_of("before"));
  cluster.answer_produce(std::vector(100, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION));
  Reports reports;
  REQUIRE(log.append(partition, record_of("late"), reports.next()) == log::Taken::yes);
  CHECK(reports.complete(std::chrono::milliseconds{1'200}) == !settings.gapless);
}

TEST_CASE("a change of leader disturbs the readers of that partition") {
  kafka::MockCluster cluster{2};
  cluster.create("t", 2, 2);
  cluster.lead("t", 0, 1);
  cluster.lead("t", 1, 1);
  kafka::KafkaLog log{settings_for(cluster)};
  store(log, {"t", 0}, record_of("x"));
  store(log, {"t", 1}, record_of("x"));
  const auto reader = log.read({{{"t", 0}, 0}, {{"t", 1}, 0}});
  read_until(*reader, 2);
  std::this_thread::sleep_for(std::chrono::milliseconds{300});   // the first leaders have been seen

  cluster.lead("t", 0, 2);
  const auto batch = read_until(*reader, 0, 1);
  REQUIRE_FALSE(batch.disturbances.empty());
  for (const auto& disturbed : batch.disturbances) {
    if (disturbed.what == log::Disturbance::leader_changed) CHECK((disturbed.partition == log::PartitionId{"t", 0}));
  }
  CHECK(batch.disturbances.front().what == log::Disturbance::leader_changed);
}

TEST_CASE("a property that Kafka's client does not know is refused by name, without its value") {
  kafka::KafkaSettings settings;
  settings.brokers = "127.0.0.1:1";
  settings.extra = {{"sasl.pasword", "hush"}};
  try {
    const kafka::KafkaLog log{settings};
    FAIL("accepted");
  } catch (const std::runtime_error& fault) {
    CHECK(std::string_view{fault.what()}.find("sasl.pasword") != std::string_view::npos);
    CHECK(std::string_view{fault.what()}.find("hush") == std::string_view::npos);
  }
}

TEST_CASE("what the ledger depends on cannot be overruled by an extra property") {
  kafka::MockCluster cluster{1};
  cluster.create("t", 1, 1);
  auto settings = settings_for(cluster);
  settings.extra = {{"auto.offset.reset", "latest"}};
  kafka::KafkaLog log{settings};
  store(log, {"t", 0}, record_of("x"));
  const auto reader = log.read({{{"t", 0}, 5}});
  const auto batch = read_until(*reader, 0, 1);
  REQUIRE(batch.disturbances.size() == 1);
  CHECK(batch.disturbances.front().what == log::Disturbance::offset_out_of_range);
}
