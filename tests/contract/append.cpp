#include <algorithm>
#include <numeric>
#include <set>
#include <thread>

#include "tests/contract/log_contract.hpp"

namespace ledger::contract {

TEST_CASE_TEMPLATE("an append is reported with the offset where it is read", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject;
  const auto reader = subject.reader();
  CHECK(store(subject.log, subject.partition(), record_of("first")) == 0);
  CHECK(store(subject.log, subject.partition(), record_of("second")) == 1);
  const auto batch = read_until(*reader, 2);
  CHECK(values(batch) == std::vector<std::string>{"first", "second"});
  CHECK(offsets(batch) == std::vector<log::Offset>{0, 1});
}

TEST_CASE_TEMPLATE("every byte of a record comes back", Adapter, LEDGER_LOG_ADAPTERS) {
  std::string all_bytes(256, '\0');
  std::iota(all_bytes.begin(), all_bytes.end(), '\0');
  struct Case {
    const char* name;
    log::Record record;
  };
  const Case cases[] = {
      {"bytes of every kind", {all_bytes, {{"ce_binary", all_bytes}}, all_bytes}},
      {"an empty key", {"", {{"a", "b"}}, "value"}},
      {"an empty value", {"key", {{"a", "b"}}, ""}},
      {"nothing at all", {"", {}, ""}},
      {"an empty header", {"key", {{"empty", ""}}, "value"}},
      {"a header twice, in order", {"key", {{"twice", "2"}, {"other", "x"}, {"twice", "1"}}, "value"}},
      {"a mebibyte", {"key", {}, std::string(1024 * 1024, '\xA5')}},
      {"many headers", {"key", std::vector<log::Header>(200, {"ce_name", std::string(100, 'v')}), "value"}},
  };
  Subject<Adapter> subject;
  const auto reader = subject.reader();
  for (const auto& c : cases) {
    CAPTURE(c.name);
    store(subject.log, subject.partition(), c.record);
    const auto batch = read_until(*reader, 1);
    REQUIRE(batch.arrivals.size() == 1);
    CHECK((batch.arrivals[0].record == c.record));
    CHECK((batch.arrivals[0].partition == subject.partition()));
  }
}

TEST_CASE_TEMPLATE("a pipeline keeps the order of its partition", Adapter, LEDGER_LOG_ADAPTERS) {
  constexpr int kRecords = 20'000;
  Subject<Adapter> subject;
  const auto reader = subject.reader();
  Reports reports;
  for (int n = 0; n < kRecords; ++n) append_patiently(subject.log, subject.partition(), record_of(std::to_string(n)), reports.next());
  REQUIRE(reports.complete());
  CHECK(reports.each_once());

  const auto batch = read_until(*reader, kRecords);
  REQUIRE(batch.arrivals.size() == kRecords);
  const auto told = reports.all();
  for (int n = 0; n < kRecords; ++n) {
    const auto index = static_cast<std::size_t>(n);
    REQUIRE(told[index].offset == n);
    REQUIRE(batch.arrivals[index].offset == n);
    REQUIRE(batch.arrivals[index].record.value == std::to_string(n));
  }
}

TEST_CASE_TEMPLATE("each partition keeps its own order", Adapter, LEDGER_LOG_ADAPTERS) {
  constexpr std::int32_t kPartitions = 8;
  constexpr int kEach = 500;
  Subject<Adapter> subject{kPartitions};
  std::vector<log::ReadFrom> from;
  for (std::int32_t p = 0; p < kPartitions; ++p) from.push_back({subject.partition(p), 0});
  const auto reader = subject.log.read(from);
  Reports reports;
  for (int n = 0; n < kEach; ++n) {
    for (std::int32_t p = 0; p < kPartitions; ++p) {
      append_patiently(subject.log, subject.partition(p), record_of(std::to_string(p) + ":" + std::to_string(n)), reports.next());
    }
  }
  REQUIRE(reports.complete());
  const auto batch = read_until(*reader, kPartitions * kEach);
  REQUIRE(batch.arrivals.size() == kPartitions * kEach);
  std::map<std::int32_t, log::Offset> next;
  for (const auto& arrival : batch.arrivals) {
    const auto p = arrival.partition.number;
    REQUIRE(arrival.offset == next[p]);
    REQUIRE(arrival.record.value == std::to_string(p) + ":" + std::to_string(next[p]));
    ++next[p];
  }
  CHECK(next.size() == kPartitions);
}

TEST_CASE_TEMPLATE("appenders on many threads are all stored and told once", Adapter, LEDGER_LOG_ADAPTERS) {
  constexpr int kThreads = 4;
  constexpr int kEach = 500;
  Subject<Adapter> subject;
  Reports reports[kThreads];
  {
    std::vector<std::jthread> threads;
    for (auto& mine : reports) {
      threads.emplace_back([&] {
        for (int n = 0; n < kEach; ++n) append_patiently(subject.log, subject.partition(), record_of(std::to_string(n)), mine.next());
      });
    }
  }
  std::set<log::Offset> seen;
  for (auto& mine : reports) {
    REQUIRE(mine.complete());
    CHECK(mine.each_once());
    log::Offset before = -1;
    for (const auto& report : mine.all()) {
      REQUIRE(report.offset.value_or(-1) > before);
      before = *report.offset;
      seen.insert(before);
    }
  }
  CHECK(seen.size() == kThreads * kEach);
  CHECK(*seen.rbegin() == kThreads * kEach - 1);
}

TEST_CASE_TEMPLATE("a report can take the lock that its append was made under", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject;
  std::mutex mutex;
  std::condition_variable told;
  bool done = false;
  std::unique_lock lock{mutex};
  REQUIRE(subject.log.append(subject.partition(), record_of("x"), [&](const log::Report&) {
    const std::lock_guard in_report{mutex};
    done = true;
    told.notify_all();
  }) == log::Taken::yes);
  CHECK(told.wait_for(lock, kPatience, [&] { return done; }));
}

TEST_CASE_TEMPLATE("what can never be stored is taken and told as an error", Adapter, LEDGER_LOG_ADAPTERS) {
  Subject<Adapter> subject;
  struct Case {
    const char* name;
    log::PartitionId partition;
    log::Record record;
  };
  const Case cases[] = {
      {"a record over the topic's limit", subject.partition(), record_of(std::string(3 * 1024 * 1024, 'x'))},
      {"a partition that is not there", subject.partition(7), record_of("x")},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    Reports reports;
    REQUIRE(subject.log.append(c.partition, c.record, reports.next()) == log::Taken::yes);
    REQUIRE(reports.complete());
    CHECK_FALSE(reports.all().front().offset.has_value());
    CHECK_FALSE(reports.all().front().error.empty());
  }
  CHECK(store(subject.log, subject.partition(), record_of("well")) == 0);
}

TEST_CASE_TEMPLATE("a renewed sender appends, and every report before it still comes once", Adapter, LEDGER_LOG_ADAPTERS) {
  constexpr int kBefore = 300;
  Subject<Adapter> subject;
  Reports before;
  for (int n = 0; n < kBefore; ++n) append_patiently(subject.log, subject.partition(), record_of(std::to_string(n)), before.next());
  subject.log.renew_sender();
  const auto offset = store(subject.log, subject.partition(), record_of("after"));
  REQUIRE(before.complete());
  CHECK(before.each_once());

  const auto last = subject.log.at(subject.partition(), offset, kPatience);
  REQUIRE(last);
  REQUIRE(last->has_value());
  CHECK((*last)->record.value == "after");
  // A report with an offset is true, whatever became of the sender.
  const auto told = before.all();
  for (std::size_t n = 0; n < told.size(); n += 37) {
    if (!told[n].offset) continue;
    const auto found = subject.log.at(subject.partition(), *told[n].offset, kPatience);
    REQUIRE(found);
    REQUIRE(found->has_value());
    CHECK((*found)->record.value == std::to_string(n));
  }
}

TEST_CASE_TEMPLATE("the end of a log leaves no report untold", Adapter, LEDGER_LOG_ADAPTERS) {
  Reports reports;
  {
    Subject<Adapter> subject;
    for (int n = 0; n < 1'000; ++n) append_patiently(subject.log, subject.partition(), record_of("x"), reports.next());
  }
  CHECK(reports.complete(0ms));
  CHECK(reports.each_once());
}

}  // namespace ledger::contract
