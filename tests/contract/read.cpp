#include <thread>

#include "tests/contract/log_contract.hpp"

namespace ledger::contract {

TEST_CASE_TEMPLATE("a reader begins at any offset", Adapter, LEDGER_READING_ADAPTERS) {
  Subject<Adapter> subject;
  for (int n = 0; n < 10; ++n) store(subject.log, subject.partition(), record_of(std::to_string(n)));
  const auto from_seven = read_until(*subject.reader(7), 3);
  CHECK(offsets(from_seven) == std::vector<log::Offset>{7, 8, 9});
  CHECK(values(from_seven) == std::vector<std::string>{"7", "8", "9"});

  const auto at_end = subject.reader(10);
  CHECK(at_end->poll(300ms, 10).arrivals.empty());
  store(subject.log, subject.partition(), record_of("10"));
  CHECK(values(read_until(*at_end, 1)) == std::vector<std::string>{"10"});
}

TEST_CASE_TEMPLATE("a poll brings no more than asked for and loses nothing", Adapter, LEDGER_READING_ADAPTERS) {
  Subject<Adapter> subject;
  Reports reports;
  for (int n = 0; n < 100; ++n) append_patiently(subject.log, subject.partition(), record_of(std::to_string(n)), reports.next());
  REQUIRE(reports.complete());
  const auto reader = subject.reader();
  log::Offset next = 0;
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (next < 100 && std::chrono::steady_clock::now() < deadline) {
    const auto batch = reader->poll(50ms, 7);
    REQUIRE(batch.arrivals.size() <= 7);
    for (const auto& arrival : batch.arrivals) REQUIRE(arrival.offset == next++);
  }
  CHECK(next == 100);
}

TEST_CASE_TEMPLATE("a poll waits no longer than told, and wakes for what comes", Adapter, LEDGER_READING_ADAPTERS) {
  Subject<Adapter> subject;
  const auto reader = subject.reader();
  auto began = std::chrono::steady_clock::now();
  CHECK(reader->poll(200ms, 10).arrivals.empty());
  const auto waited = std::chrono::steady_clock::now() - began;
  CHECK(waited >= 190ms);
  CHECK(waited < 5s);

  std::jthread later{[&] {
    std::this_thread::sleep_for(100ms);
    (void)subject.log.append(subject.partition(), record_of("wake"), [](const log::Report&) {});
  }};
  began = std::chrono::steady_clock::now();
  CHECK(values(reader->poll(kPatience, 10)) == std::vector<std::string>{"wake"});
  CHECK(std::chrono::steady_clock::now() - began < kPatience / 2);
}

TEST_CASE_TEMPLATE("readers do not disturb each other", Adapter, LEDGER_READING_ADAPTERS) {
  Subject<Adapter> subject;
  const auto first = subject.reader();
  const auto second = subject.reader();
  for (int n = 0; n < 20; ++n) store(subject.log, subject.partition(), record_of(std::to_string(n)));
  const auto late = subject.reader(5);
  const auto one = read_until(*first, 20);
  CHECK(values(read_until(*second, 20)) == values(one));
  const auto behind = read_until(*late, 15);
  REQUIRE(behind.arrivals.size() == 15);
  CHECK(behind.arrivals.front().offset == 5);
}

TEST_CASE_TEMPLATE("a reader may outlive its log", Adapter, LEDGER_LOG_ADAPTERS) {
  std::unique_ptr<log::Reader> reader;
  {
    Subject<Adapter> subject;
    store(subject.log, subject.partition(), record_of("left behind"));
    reader = subject.reader();
  }
  CHECK(values(read_until(*reader, 1)) == std::vector<std::string>{"left behind"});
}

TEST_CASE_TEMPLATE("an offset out of range is told once, and the other partitions go on", Adapter, LEDGER_READING_ADAPTERS) {
  Subject<Adapter> subject{2};
  store(subject.log, subject.partition(0), record_of("x"));
  const auto reader = subject.log.read({{subject.partition(0), 5}, {subject.partition(1), 0}});
  auto batch = read_until(*reader, 0, 1);
  REQUIRE(batch.disturbances.size() == 1);
  CHECK(batch.disturbances[0].what == log::Disturbance::offset_out_of_range);
  CHECK((batch.disturbances[0].partition == subject.partition(0)));
  CHECK(batch.arrivals.empty());

  for (int n = 0; n < 8; ++n) store(subject.log, subject.partition(0), record_of("beyond"));
  store(subject.log, subject.partition(1), record_of("on"));
  batch = read_until(*reader, 1);
  CHECK(values(batch) == std::vector<std::string>{"on"});
  CHECK(batch.disturbances.empty());
  CHECK(reader->poll(300ms, 10).arrivals.empty());
}

TEST_CASE_TEMPLATE("arrivals carry the log's own time", Adapter, LEDGER_READING_ADAPTERS) {
  const auto now_ms = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  };
  Subject<Adapter> subject;
  const auto before_ms = now_ms();
  store(subject.log, subject.partition(), record_of("x"));
  const auto after_ms = now_ms();
  const auto batch = read_until(*subject.reader(), 1);
  REQUIRE(batch.arrivals.size() == 1);
  CHECK(batch.arrivals[0].append_time_ms >= before_ms);
  CHECK(batch.arrivals[0].append_time_ms <= after_ms);
}

}  // namespace ledger::contract
