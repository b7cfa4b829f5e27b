#include "infra/memory/memory_log.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <stdexcept>

#include "tests/support/log_probe.hpp"

using namespace ledger;
using namespace std::chrono_literals;
using memory::MemoryLog;
using probe::record_of;
using probe::Reports;

namespace {

const log::PartitionId kPartition{"t", 0};

struct Held {
  Reports reports;
  MemoryLog log{[] { return std::int64_t{42}; }};

  Held() {
    REQUIRE(log.create({.name = kPartition.topic, .partitions = 1}, 0ms));
    log.hold();
  }
  void append(const char* value) { REQUIRE(log.append(kPartition, record_of(value), reports.next()) == log::Taken::yes); }
  std::vector<std::string> stored() const {
    std::vector<std::string> values;
    for (const auto& arrival : log.stored(kPartition)) values.push_back(arrival.record.value);
    return values;
  }
  std::size_t told() const { return reports.order().size(); }
};

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("held appends are delivered in the order that a test chooses") {
  Held held;
  for (const auto* value : {"a", "b", "c"}) held.append(value);
  CHECK(held.stored().empty());
  CHECK(held.told() == 0);
  CHECK(held.log.in_flight().size() == 3);
  CHECK(held.log.deliver(2) == 0);
  CHECK(held.log.deliver(1) == 1);
  CHECK(held.stored() == Values{"b", "a"});
  CHECK(held.reports.order() == std::vector<std::size_t>{1, 0});
  held.log.release();
  held.append("d");
  held.log.settle();
  CHECK(held.stored() == Values{"b", "a", "c", "d"});
  CHECK(held.reports.each_once());
  CHECK(held.log.stored(kPartition).front().append_time_ms == 42);
}

TEST_CASE("an append is stored and its report held back or lost") {
  Held held;
  held.append("a");
  held.append("b");
  CHECK(held.log.store(1) == 0);
  CHECK(held.log.store(2) == 1);
  CHECK(held.told() == 0);
  CHECK(held.log.in_flight().front().stored == 0);
  CHECK(held.log.deliver(1) == 0);     // stored once, told now
  held.log.lose(2);
  CHECK(held.stored() == Values{"a", "b"});
  CHECK(held.reports.all()[0].offset == 0);
  CHECK_FALSE(held.reports.all()[1].offset.has_value());
  CHECK(held.reports.each_once());
}

TEST_CASE("an append is duplicated, or lost for good") {
  Held held;
  held.append("a");
  held.append("b");
  CHECK(held.log.duplicate(1) == 0);
  CHECK(held.told() == 0);
  CHECK(held.log.deliver(1) == 1);
  held.log.lose(2);
  CHECK(held.stored() == Values{"a", "a"});
  CHECK_FALSE(held.reports.all()[1].error.empty());
  CHECK_THROWS_AS(held.log.deliver(2), std::out_of_range);
}

TEST_CASE("what a renewed sender left in the network can still be stored, and is not told again") {
  Held held;
  held.append("a");
  held.append("b");
  held.log.store(2);
  held.log.renew_sender();
  held.log.settle();
  CHECK(held.told() == 2);
  CHECK_FALSE(held.reports.all()[0].offset.has_value());
  REQUIRE(held.log.in_flight().size() == 1);
  CHECK(held.log.in_flight().front().abandoned);
  CHECK(held.log.deliver(1) == 1);
  CHECK(held.stored() == Values{"b", "a"});
  CHECK(held.reports.each_once());
}

TEST_CASE("a full or broken sender takes nothing, and renewing mends only the broken one") {
  Held held;
  held.log.release();
  for (const auto answer : {log::Taken::full, log::Taken::broken}) {
    held.log.answer_appends(answer);
    Reports none;
    CHECK(held.log.append(kPartition, record_of("x"), none.next()) == answer);
    held.log.renew_sender();
    const auto after = held.log.append(kPartition, record_of("x"), none.next());
    CHECK(after == (answer == log::Taken::broken ? log::Taken::yes : log::Taken::full));
    held.log.settle();
    CHECK(none.order().size() == (after == log::Taken::yes ? 1 : 0));
  }
}

TEST_CASE("a cut log gives its offsets again, and only a reader beyond the cut can notice") {
  Held held;
  held.log.release();
  for (const auto* value : {"a", "b", "c"}) held.append(value);
  const auto behind = held.log.read({{kPartition, 0}});
  const auto beyond = held.log.read({{kPartition, 3}});
  CHECK(behind->poll(0ms, 1).arrivals.size() == 1);
  held.log.truncate(kPartition, 1);
  CHECK(beyond->poll(0ms, 10).disturbances.size() == 1);
  CHECK(held.log.put(kPartition, record_of("foreign")) == 1);
  const auto batch = behind->poll(0ms, 10);
  CHECK(probe::values(batch) == Values{"foreign"});
  CHECK(batch.disturbances.empty());
  CHECK(beyond->poll(0ms, 10).arrivals.empty());
  held.log.trim(kPartition, 1);
  CHECK(held.log.ends(kPartition, 0ms)->earliest == 1);
  CHECK_FALSE(held.log.at(kPartition, 0, 0ms)->has_value());
}

TEST_CASE("readers can be paused and disturbed, and questions can fail") {
  Held held;
  held.log.release();
  const auto reader = held.log.read({{kPartition, 0}});
  held.log.pause_reads();
  held.append("a");
  held.log.disturb(kPartition, log::Disturbance::leader_changed);
  auto batch = reader->poll(10ms, 10);
  CHECK(batch.arrivals.empty());
  CHECK(batch.disturbances.empty());
  held.log.resume_reads();
  batch = reader->poll(10ms, 10);
  CHECK(probe::values(batch) == Values{"a"});
  REQUIRE(batch.disturbances.size() == 1);
  CHECK(batch.disturbances.front().what == log::Disturbance::leader_changed);

  held.log.set(kPartition.topic, "retention.ms", "1000");
  held.log.fail_questions("away");
  CHECK(held.log.ends(kPartition, 0ms).error().why == "away");
  CHECK(held.log.at(kPartition, 0, 0ms).error().why == "away");
  CHECK(held.log.facts(kPartition.topic, 0ms).error().why == "away");
  held.log.fail_questions("");
  CHECK(held.log.facts(kPartition.topic, 0ms)->has_value());
}
