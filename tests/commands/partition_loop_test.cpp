// A writer with its thread, on the log in memory.
#include "commands/partition_loop.hpp"

#include <doctest/doctest.h>

#include <memory>

#include "tests/commands/loop_world.hpp"

namespace ledger::stage {
namespace {

using namespace words;
using std::chrono::milliseconds;

class OneLoop {
 public:
  explicit OneLoop(LoopSettings settings = {}) {
    REQUIRE(log.create({.name = kPartition.topic, .partitions = 1}, milliseconds(0)));
    log.put(kPartition, log::make_genesis({"ledger-1", kPartition, 1}, "genesis", "founder", 1'000'000));
    follower = std::make_unique<Follower>(log, history, std::vector{kPartition});
    loop = std::make_unique<PartitionLoop>(settings, kPartition, "me", world);
    loop->start(std::nullopt);
    feed = std::jthread([this](const std::stop_token& stop) {
      const auto reader = log.read({{kPartition, 0}});
      while (!stop.stop_requested()) {
        auto batch = reader->poll(milliseconds(5), 1'000);
        if (!batch.arrivals.empty()) loop->records(std::move(batch.arrivals));
        for (const auto& disturbed : batch.disturbances) loop->disturbed(disturbed.what);
      }
    });
    REQUIRE(eventually([&] { return loop->stats().phase.load() == WriterStats::Phase::standby; }));
  }
  ~OneLoop() {
    feed = {};
    loop.reset();
  }
  std::vector<HistoryRow> events() const {
    MemoryHistory all;
    for (const auto& arrival : log.stored(kPartition)) all.read(arrival);
    return all.rows(kPartition);
  }

  memory::MemoryLog log;
  MemoryHistory history;
  Clerks log_clerks{1};
  Clerks history_clerks{1};
  SenderKeeper sender{log, milliseconds(20)};
  std::atomic<std::uint64_t> next_event{1};
  std::function<void(const std::string&)> on_halt = [](const std::string&) {};
  LoopWorld world{log,    history,
                  log_clerks, history_clerks,
                  sender, [this] { return "event-" + std::to_string(next_event++); },
                  [this](const log::PartitionId&, const std::string& why) { on_halt(why); }};
  Outcomes outcomes;
  std::unique_ptr<Follower> follower;
  std::unique_ptr<PartitionLoop> loop;
  std::jthread feed;
};

TEST_CASE("commands of many threads all count, once, and versions are gapless") {
  constexpr int kThreads = 4;
  constexpr int kEach = 100;
  OneLoop world;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&world, t] {
        for (int n = 0; n < kEach; ++n) {
          const std::string word = std::to_string(t) + "-" + std::to_string(n);
          world.loop->submit(n % 2 == 0 ? add("s", word) : add("s", word, "key-" + word), patiently(), world.outcomes.next());
        }
      });
    }
  }
  REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
  CHECK(world.outcomes.count<Accepted>() == kThreads * kEach);
  const auto events = world.events();
  REQUIRE(events.size() == kThreads * kEach);
  for (std::size_t n = 0; n < events.size(); ++n) CHECK(events[n].event.sequence == n + 1);
}

TEST_CASE("rejections and inquiries come through") {
  OneLoop world;
  world.loop->submit(add("s", "a", "key"), patiently(), world.outcomes.next());
  world.loop->submit(add("s", "a"), patiently(), world.outcomes.next());
  world.loop->submit(add("s", "a", "other"), patiently(), world.outcomes.next());
  world.loop->inquire(inquiry("key"), patiently(), world.outcomes.next());
  world.loop->inquire(inquiry("unknown"), patiently(), world.outcomes.next());
  REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
  CHECK(world.outcomes.count<Accepted>() == 2);
  CHECK(world.outcomes.count<Rejection>() == 2);
  CHECK(world.outcomes.count<Absent>() == 1);
}

TEST_CASE("drained: what is in flight settles, and who comes then is answered") {
  OneLoop world;
  world.log.hold();
  for (int n = 0; n < 10; ++n) world.loop->submit(add("s", "w" + std::to_string(n)), patiently(), world.outcomes.next());
  REQUIRE(eventually([&] { return world.log.in_flight().size() == 10; }));
  std::jthread release([&] {
    std::this_thread::sleep_for(milliseconds(50));
    world.log.release();
  });
  world.loop->drain(std::chrono::steady_clock::now() + kPatience);
  REQUIRE(world.outcomes.all_once());
  CHECK(world.outcomes.count<Accepted>() == 10);
  world.loop->submit(add("s", "late"), patiently(), world.outcomes.next());
  world.loop->inquire(inquiry("key"), patiently(), world.outcomes.next());
  REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
  CHECK(world.outcomes.count<NotStored>() == 1);
  CHECK(world.outcomes.count<Open>() == 1);
}

TEST_CASE("drained the moment a command came: it is settled, not abandoned") {
  for (int run = 0; run < 50; ++run) {
    OneLoop world;
    world.loop->submit(add("s", "a"), patiently(), world.outcomes.next());
    world.loop->drain(std::chrono::steady_clock::now() + kPatience);
    REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
    CHECK(world.outcomes.count<Accepted>() == 1);
  }
}

TEST_CASE("drained in vain: at the bound what is in flight is open") {
  OneLoop world;
  world.log.hold();
  world.loop->submit(add("s", "a"), patiently(), world.outcomes.next());
  REQUIRE(eventually([&] { return world.log.in_flight().size() == 1; }));
  world.loop->drain(std::chrono::steady_clock::now() + milliseconds(20));
  REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
  CHECK(world.outcomes.count<Open>() == 1);
}

TEST_CASE("inputs that never cease do not keep a writer from its ticks") {
  OneLoop world;
  std::jthread noise([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      world.loop->history_reached({});
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  });
  SUBCASE("a full sender is tried again") {
    world.log.answer_appends(log::Taken::full);
    world.loop->submit(add("s", "a"), patiently(), world.outcomes.next());
    std::this_thread::sleep_for(milliseconds(50));
    world.log.answer_appends(log::Taken::yes);
    REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
    CHECK(world.outcomes.count<Accepted>() == 1);
  }
  SUBCASE("deadlines are kept") {
    world.log.hold();
    const auto began = std::chrono::steady_clock::now();
    world.loop->submit(add("s", "a"), in(milliseconds(20), milliseconds(40)), world.outcomes.next());
    REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
    CHECK(std::chrono::steady_clock::now() - began < milliseconds(2'500));   // at 3 s its age alone would have made a tick
    CHECK(world.outcomes.count<Open>() == 1);
  }
}

TEST_CASE("a halt is told once, and whoever is told may ask why") {
  OneLoop world;
  std::atomic<int> told{0};
  std::string why;
  world.on_halt = [&](const std::string& said) {
    why = world.loop->halt_reason();
    CHECK(said == why);
    ++told;
  };
  log::Record junk{"", {{"ce_prevhash", std::string(*world.log.stored(kPartition).back().record.header("ce_hash"))}}, ""};
  world.log.put(kPartition, junk);
  REQUIRE(eventually([&] { return told == 1; }));
  CHECK(why.find("not to be believed") != std::string::npos);
  world.loop->submit(add("s", "a"), patiently(), world.outcomes.next());
  REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
  CHECK(world.outcomes.count<NotStored>() == 1);
  CHECK(told == 1);
}

TEST_CASE("a partition that is given back is released once, also by a loop that is ending or has ended") {
  OneLoop world;
  world.loop->assume();
  REQUIRE(eventually([&] { return world.loop->stats().phase.load() == WriterStats::Phase::assigned; }));
  std::atomic<int> released{0};
  const auto count = [&] { ++released; };
  world.loop->release(count);
  REQUIRE(eventually([&] { return released == 1; }));
  world.loop->assume();
  REQUIRE(eventually([&] { return world.loop->stats().phase.load() == WriterStats::Phase::assigned; }));
  world.log.hold();
  world.loop->submit(add("s", "a"), patiently(), world.outcomes.next());
  REQUIRE(eventually([&] { return world.log.in_flight().size() == 1; }));
  world.loop->release(count);
  world.loop->drain(std::chrono::steady_clock::now() + milliseconds(20));
  REQUIRE(eventually([&] { return released == 2; }));
  world.loop->release(count);
  CHECK(released == 3);
}

TEST_CASE("reports that come after the loop is gone harm nobody") {
  OneLoop world;
  world.log.hold();
  world.loop->submit(add("s", "a"), patiently(), world.outcomes.next());
  REQUIRE(eventually([&] { return world.log.in_flight().size() == 1; }));
  world.feed = {};
  world.loop.reset();
  CHECK(world.outcomes.count<Open>() == 1);
  world.log.release();
  CHECK(world.events().size() == 1);
}

TEST_CASE("a sender that breaks is renewed, and everything arrives once") {
  LoopSettings settings;
  settings.writer.resend_first_ms = milliseconds(10);
  settings.writer.resend_max_ms = milliseconds(40);
  OneLoop world(settings);
  for (int n = 0; n < 30; ++n) {
    if (n % 10 == 5) world.log.answer_appends(log::Taken::broken);
    world.loop->submit(add("s", "w" + std::to_string(n)), patiently(), world.outcomes.next());
    if (n % 10 == 7) std::this_thread::sleep_for(milliseconds(30));
  }
  REQUIRE(eventually([&] { return world.outcomes.all_once(); }));
  CHECK(world.outcomes.count<Accepted>() == 30);
  CHECK(world.events().size() == 30);
}

}  // namespace
}  // namespace ledger::stage
