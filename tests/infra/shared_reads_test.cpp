#include <doctest/doctest.h>

#include <atomic>
#include <random>
#include <thread>

#include "infra/memory/memory_log.hpp"
#include "infra/shared_reads/shared_reads.hpp"
#include "log/forwarding_log.hpp"
#include "tests/support/log_probe.hpp"

using namespace ledger;
using namespace ledger::probe;
using namespace std::chrono_literals;
using shared_reads::SharedReads;

namespace {

// Counts what is asked of the log behind: readers made, and records they gave.
class CountingLog final : public log::ForwardingLog {
 public:
  struct Counted final : log::Reader {
    Counted(std::unique_ptr<log::Reader> behind, std::atomic<std::size_t>& records) : behind_{std::move(behind)}, records_{records} {}
    log::Batch poll(std::chrono::milliseconds timeout, std::size_t max_records) override {
      auto batch = behind_->poll(timeout, max_records);
      records_ += batch.arrivals.size();
      return batch;
    }
    std::unique_ptr<log::Reader> behind_;
    std::atomic<std::size_t>& records_;
  };

  using log::ForwardingLog::ForwardingLog;
  std::unique_ptr<log::Reader> read(const std::vector<log::ReadFrom>& from) override {
    ++readers;
    if (fail_reads) throw std::runtime_error{"no reader to be had"};
    return std::make_unique<Counted>(behind().read(from), records);
  }

  std::atomic<std::size_t> readers{0}, records{0};
  std::atomic<bool> fail_reads{false};
};

struct Stage {
  explicit Stage(std::size_t window_bytes = std::size_t{4} << 20) : shared{counting, {.window_bytes = window_bytes}} {
    REQUIRE(memory.create({.name = "t", .partitions = 4}, kPatience));
  }
  void put(int count, std::int32_t number = 0, std::size_t bytes = 10) {
    for (int n = 0; n < count; ++n) memory.put({"t", number}, record_of(std::to_string(n) + std::string(bytes, '.')));
  }
  std::unique_ptr<log::Reader> reader(log::Offset from = 0, std::int32_t number = 0) { return shared.read({{{"t", number}, from}}); }

  memory::MemoryLog memory;
  CountingLog counting{memory};
  SharedReads shared;
};

bool consecutive(const std::vector<log::Offset>& offsets, log::Offset from, std::size_t count) {
  if (offsets.size() != count) return false;
  for (std::size_t n = 0; n < count; ++n) {
    if (offsets[n] != from + static_cast<log::Offset>(n)) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("readers at one place share one reading of the log behind") {
  Stage stage;
  const auto one = stage.reader(), two = stage.reader(), three = stage.reader();
  stage.put(100);
  for (auto* reader : {one.get(), two.get(), three.get()}) CHECK(consecutive(offsets(read_until(*reader, 100)), 0, 100));
  CHECK(stage.counting.readers == 1);
  CHECK(stage.counting.records == 100);
}

TEST_CASE("who begins behind the others reads alone until he has caught up, and along with them then") {
  Stage stage;
  stage.put(5'000);
  const auto live = stage.reader(5'000);
  CHECK(live->poll(0ms, 10).arrivals.empty());
  const auto late = stage.reader(0);
  CHECK(consecutive(offsets(read_until(*late, 5'000)), 0, 5'000));
  CHECK(stage.counting.records == 5'000);
  CHECK(late->poll(0ms, 10).arrivals.empty());
  const auto made = stage.counting.readers.load();
  stage.put(10);
  CHECK(consecutive(offsets(read_until(*live, 10)), 5'000, 10));
  CHECK(consecutive(offsets(read_until(*late, 10)), 5'000, 10));
  CHECK(stage.counting.records == 5'010);
  CHECK(stage.counting.readers == made);
}

TEST_CASE("who begins ahead of where the others are gets nothing from before his place") {
  Stage stage;
  stage.put(20);
  const auto behind = stage.reader(0);
  const auto ahead = stage.reader(15);
  CHECK(consecutive(offsets(read_until(*ahead, 5)), 15, 5));
  CHECK(consecutive(offsets(read_until(*behind, 20)), 0, 20));
  CHECK(stage.counting.records == 20);
}

TEST_CASE("who is further behind than what is kept loses nothing") {
  Stage stage{10'000};
  const auto quick = stage.reader(), slow = stage.reader();
  stage.put(1);
  CHECK(read_until(*quick, 1).arrivals.size() == 1);
  CHECK(read_until(*slow, 1).arrivals.size() == 1);
  for (int n = 0; n < 10; ++n) {
    stage.put(50, 0, 100);
    CHECK(read_until(*quick, 50).arrivals.size() == 50);
  }
  CHECK(consecutive(offsets(read_until(*slow, 500)), 1, 500));
  // And is along again.
  (void)slow->poll(0ms, 10);
  const auto before = stage.counting.records.load();
  stage.put(5);
  CHECK(read_until(*quick, 5).arrivals.size() == 5);
  CHECK(read_until(*slow, 5).arrivals.size() == 5);
  CHECK(stage.counting.records == before + 5);
}

TEST_CASE("a poll larger than what is kept is nobody's loss") {
  Stage stage{1'000};
  const auto reader = stage.reader();
  stage.put(200, 0, 100);
  CHECK(consecutive(offsets(read_until(*reader, 200)), 0, 200));
  CHECK(stage.counting.readers == 1);
}

TEST_CASE("partitions that come and go with their readers do not disturb the others") {
  Stage stage;
  const auto stays = stage.shared.read({{{"t", 0}, 0}, {{"t", 1}, 0}});
  stage.put(3, 0);
  CHECK(read_until(*stays, 3).arrivals.size() == 3);
  auto comes = stage.shared.read({{{"t", 1}, 0}, {{"t", 2}, 0}});
  stage.put(4, 1);
  stage.put(5, 2);
  CHECK(read_until(*comes, 9).arrivals.size() == 9);
  CHECK(read_until(*stays, 4).arrivals.size() == 4);
  comes.reset();
  stage.put(2, 1);
  stage.put(2, 2);
  CHECK(read_until(*stays, 2).arrivals.size() == 2);
  CHECK(stays->poll(50ms, 10).arrivals.empty());
  comes = stage.reader(0, 2);
  CHECK(consecutive(offsets(read_until(*comes, 7)), 0, 7));
}

TEST_CASE("a disturbance reaches everybody who reads the partition, and nobody else") {
  Stage stage;
  const auto one = stage.reader(), two = stage.reader(), other = stage.reader(0, 1);
  for (auto* reader : {one.get(), two.get(), other.get()}) CHECK(reader->poll(0ms, 10).disturbances.empty());
  stage.memory.disturb({"t", 0}, log::Disturbance::leader_changed);
  CHECK(read_until(*one, 0, 1).disturbances.size() == 1);
  CHECK(read_until(*two, 0, 1).disturbances.size() == 1);
  CHECK(other->poll(0ms, 10).disturbances.empty());
}

TEST_CASE("who begins where the log does not reach is told, also when another was told before") {
  Stage stage;
  stage.put(1);
  const auto one = stage.reader(5);
  CHECK(read_until(*one, 0, 1).disturbances.at(0).what == log::Disturbance::offset_out_of_range);
  const auto two = stage.reader(5);
  CHECK(read_until(*two, 0, 1).disturbances.at(0).what == log::Disturbance::offset_out_of_range);
  const auto right = stage.reader(0);
  CHECK(read_until(*right, 1).arrivals.size() == 1);
  CHECK(one->poll(0ms, 10).disturbances.empty());
}

TEST_CASE("a log that gives no reader fails the poll, and the next one reads") {
  Stage stage;
  const auto reader = stage.reader();
  stage.put(3);
  stage.counting.fail_reads = true;
  CHECK_THROWS(reader->poll(10ms, 10));
  stage.counting.fail_reads = false;
  CHECK(consecutive(offsets(read_until(*reader, 3)), 0, 3));
}

TEST_CASE("many readers of their own pace, some of whom begin anew, each see every record once and in order") {
  Stage stage{4'000};
  constexpr int kRecords = 3'000;
  std::atomic<int> done{0};
  std::vector<std::jthread> threads;
  std::atomic<bool> right{true};
  for (unsigned seed = 1; seed <= 6; ++seed) {
    threads.emplace_back([&, seed] {
      std::minstd_rand random{seed};
      std::map<std::int32_t, log::Offset> next{{0, 0}, {1, 0}};
      const auto begin = [&] { return stage.shared.read({{{"t", 0}, next[0]}, {{"t", 1}, next[1]}}); };
      auto reader = begin();
      const auto deadline = std::chrono::steady_clock::now() + kPatience;
      while ((next[0] < kRecords || next[1] < kRecords) && std::chrono::steady_clock::now() < deadline) {
        for (const auto& arrival : reader->poll(std::chrono::milliseconds{random() % 3}, 1 + random() % 200).arrivals) {
          if (arrival.offset != next[arrival.partition.number]++) right = false;
        }
        if (random() % 50 == 0) reader = begin();
        if (random() % (20 * seed) == 0) std::this_thread::sleep_for(std::chrono::milliseconds{seed});
      }
      if (next[0] == kRecords && next[1] == kRecords) ++done;
    });
  }
  for (int n = 0; n < kRecords; ++n) {
    stage.put(1, 0, 30);
    stage.put(1, 1, 30);
  }
  threads.clear();
  CHECK(right);
  CHECK(done == 6);
}
