#include "app/proof/log_audit.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <thread>

#include "infra/memory/memory_log.hpp"
#include "log/link.hpp"
#include "projections/follower.hpp"

using namespace ledger;
using namespace std::chrono_literals;

namespace {

constexpr std::int32_t kPartitions = 6;
constexpr int kRecords = 40;
const std::string kTopic = "t.log.prompts";

// A ledger in memory: every partition with its genesis and some records.
struct Audited {
  memory::MemoryLog log;
  app::AuditPlace place{.log = log, .partitions = {}, .checkpoints = {kTopic, 0}};

  explicit Audited(std::size_t at_once) {
    place.at_once = at_once;
    place.log_timeout_ms = 100ms;
    REQUIRE(log.create({.name = kTopic, .partitions = kPartitions}, 100ms));
    for (std::int32_t number = 0; number < kPartitions; ++number) fill({kTopic, number});
  }
  void fill(const log::PartitionId& partition) {
    place.partitions.push_back(partition);
    const auto genesis = log::make_genesis({"ledger", partition, kPartitions}, "g", "w", 1);
    log::Head head{*log::parse_hash(*genesis.header("ce_hash")), 0, 1};
    log.put(partition, genesis);
    for (int n = 0; n < kRecords; ++n) {
      log::Record record{"key", {{"ce_id", std::to_string(n)}}, "{}"};
      head = log::link(record, head, "w", n);
      // In every odd partition one record is not what its hash says, each time another.
      if (partition.number % 2 != 0 && n == 10 + partition.number) record.value = "[]";
      log.put(partition, record);
    }
  }
};

}  // namespace

TEST_CASE("what an audit finds comes in the partitions' order, however many of them are read at once") {
  for (const std::size_t at_once : {1, 2, 4, 64}) {
    CAPTURE(at_once);
    Audited audited{at_once};
    const auto found = app::audit_log(audited.place);
    REQUIRE(found.size() == kPartitions);
    for (std::int32_t number = 0; number < kPartitions; ++number) {
      CAPTURE(number);
      const auto& [partition, records, voids, checkpoints, under, compared, broken, differs] = found.at(static_cast<std::size_t>(number));
      CHECK((partition == log::PartitionId{kTopic, number}));
      CHECK(broken.has_value() == (number % 2 != 0));
      CHECK(records == static_cast<std::uint64_t>(broken ? 11 + number : 1 + kRecords));
      if (broken) CHECK(broken->height == static_cast<std::uint64_t>(11 + number));
    }
  }
}

TEST_CASE("a partition that the log does not give ends the whole audit") {
  for (const std::size_t at_once : {1, 4}) {
    Audited audited{at_once};
    audited.place.partitions.insert(audited.place.partitions.begin() + 1, {kTopic, kPartitions});
    CHECK_THROWS_AS(app::audit_log(audited.place), projections::LogAway);
  }
}

TEST_CASE("an audit that is told to stop tells nothing") {
  for (const std::size_t at_once : {1, 4}) {
    Audited audited{at_once};
    std::stop_source stop;
    audited.place.stop = stop.get_token();
    audited.log.pause_reads();
    const std::jthread operating{[&] { stop.request_stop(); }};
    CHECK_THROWS_WITH(app::audit_log(audited.place), "stopped before the end");
  }
}
