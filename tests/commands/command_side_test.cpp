// The command side of one process, on the log in memory: topics, geneses, a loop per partition, one reader for all.
#include "commands/command_side.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <set>

#include "log/link_reader.hpp"
#include "tests/commands/side_world.hpp"

namespace ledger::stage {
namespace {

using namespace words;
using std::chrono::milliseconds;

std::string why_not(log::Log& log, const CommandSideSettings& settings = small()) {
  MemoryHistory history;
  const auto started = side(log, history, "late", settings)->start();
  return started ? "" : started.error();
}

TEST_CASE("a process lays the foundation, takes commands for every partition, and stops") {
  memory::MemoryLog log;
  MemoryHistory history;
  auto commands = side(log, history, "me");
  CHECK(commands->partition_of(LogTopic::prompts, "key").number == -1);
  REQUIRE(commands->start());
  CHECK(commands->ready());
  const Follower follower(log, history, all_partitions());
  std::set<std::int32_t> used;
  std::vector<std::future<Outcome>> futures;
  for (int n = 0; n < 100; ++n) {
    Proposal proposal = add("s" + std::to_string(n), "word");
    proposal.partition_key = "ws/" + std::to_string(n);
    proposal.reads[0].partition_key = proposal.partition_key;
    used.insert(commands->partition_of(LogTopic::prompts, proposal.partition_key).number);
    futures.push_back(commands->submit(std::move(proposal)));
  }
  for (auto& future : futures) {
    REQUIRE(future.wait_for(kPatience) == std::future_status::ready);
    CHECK(std::holds_alternative<Accepted>(future.get()));
  }
  CHECK(used.size() == 2);
  commands->stop(milliseconds(1'000));
  CHECK_FALSE(commands->ready());
  auto late = commands->submit(add("s", "late"));
  CHECK(std::holds_alternative<NotStored>(late.get()));
  CHECK(std::holds_alternative<Open>(commands->inquire(inquiry("key")).get()));
}

TEST_CASE("the next process goes on where the last one ended, with one ledger") {
  memory::MemoryLog log;
  MemoryHistory history;
  std::string ledger;
  for (int life = 1; life <= 3; ++life) {
    CAPTURE(life);
    auto commands = side(log, history, "life-" + std::to_string(life));
    REQUIRE(commands->start());
    if (life == 1) ledger = commands->ledger();
    CHECK(commands->ledger() == ledger);
    auto outcome = commands->submit(add("s", "word" + std::to_string(life))).get();
    REQUIRE(std::holds_alternative<Accepted>(outcome));
    CHECK(std::get<Accepted>(outcome).version == static_cast<std::uint64_t>(life));
    auto refused = commands->submit(add("s", "word1", "key")).get();
    CHECK(std::holds_alternative<Rejection>(refused));
    commands->stop(milliseconds(1'000));
    // The second life begins from nothing, the third from the history's anchors.
    if (life == 2) {
      for (const auto& partition : all_partitions()) {
        for (const auto& arrival : log.stored(partition)) history.read(arrival);
      }
    }
  }
}

TEST_CASE("two processes at once: one ledger, and every command is in effect once") {
  memory::MemoryLog log;
  MemoryHistory history;
  REQUIRE(side(log, history, "founder")->start());
  const Follower follower(log, history, all_partitions());
  auto mine = side(log, history, "mine");
  auto yours = side(log, history, "yours");
  REQUIRE(mine->start());
  REQUIRE(yours->start());
  CHECK(mine->ledger() == yours->ledger());
  std::vector<std::future<Outcome>> futures;
  for (int n = 0; n < 50; ++n) {
    futures.push_back((n % 2 == 0 ? mine : yours)->submit(add("s", "word" + std::to_string(n))));
    if (n % 5 == 0) std::this_thread::sleep_for(milliseconds(1));
  }
  std::size_t accepted = 0;
  for (auto& future : futures) {
    REQUIRE(future.wait_for(kPatience) == std::future_status::ready);
    accepted += std::holds_alternative<Accepted>(future.get()) ? 1U : 0U;
  }
  const auto partition = mine->partition_of(LogTopic::prompts, kKey);
  MemoryHistory truth;
  for (const auto& arrival : log.stored(partition)) truth.read(arrival);
  const auto rows = truth.rows(partition);
  CHECK(rows.size() == accepted);
  CHECK(accepted == 50);
  for (std::size_t n = 0; n < rows.size(); ++n) CHECK(rows[n].event.sequence == n + 1);
}

TEST_CASE("topics that could lose what was acknowledged are refused, with the remedy") {
  struct Case {
    const char* setting;
    const char* value;
    const char* words;
  };
  for (const auto& c : {Case{"cleanup.policy", "compact", "cleanup.policy=delete"}, Case{"retention.ms", "604800000", "retention.ms=-1"},
                        Case{"retention.bytes", "1000", "retention.bytes=-1"}, Case{"unclean.leader.election.enable", "true", "unclean.leader.election.enable=false"}}) {
    CAPTURE(c.setting);
    memory::MemoryLog log;
    CHECK(why_not(log) == "");
    log.set("promptledger.log.feedback", c.setting, c.value);
    const auto why = why_not(log);
    CHECK(why.find("promptledger.log.feedback") != std::string::npos);
    CHECK(why.find(c.words) != std::string::npos);
  }
  memory::MemoryLog log;
  CHECK(why_not(log) == "");
  auto settings = small();
  SUBCASE("too few replicas") {
    settings.foundation.replicas = 3;
    CHECK(why_not(log, settings).find("replicas") != std::string::npos);
  }
  SUBCASE("too few that must be in sync") {
    settings.foundation.min_insync_replicas = 2;
    CHECK(why_not(log, settings).find("min.insync.replicas") != std::string::npos);
  }
  SUBCASE("a deleted beginning") {
    log.trim({"promptledger.log.prompts", 0}, 1);
    CHECK(why_not(log).find("its beginning was deleted") != std::string::npos);
  }
}

TEST_CASE("a first record that is lost on its way is sent again, also with a sender that broke") {
  memory::MemoryLog log;
  SUBCASE("lost") {
    log.hold();
    std::jthread loses([&] {
      REQUIRE(eventually([&] { return !log.in_flight().empty(); }));
      log.lose(log.in_flight().front().id);
      log.release();
    });
    CHECK(why_not(log) == "");
  }
  SUBCASE("broken") {
    log.answer_appends(log::Taken::broken);
    CHECK(why_not(log) == "");
  }
}

TEST_CASE("a chain that is not this ledger's is refused") {
  const log::PartitionId first{"promptledger.log.prompts", 0};
  memory::MemoryLog log;
  REQUIRE(log.create({.name = first.topic, .partitions = 2}, milliseconds(0)));
  SUBCASE("another ledger's partition") {
    log.put({first.topic, 1}, log::make_genesis({"another", {first.topic, 1}, 2}, "g", "w", 1));
    CHECK(why_not(log).find("belongs to the ledger another") != std::string::npos);
  }
  SUBCASE("another count of partitions") {
    log.put(first, log::make_genesis({"this", first, 4}, "g", "w", 1));
    CHECK(why_not(log).find("begun with 4 partitions") != std::string::npos);
  }
  SUBCASE("a newer program's genesis: nothing is written beside it") {
    log.put(first, log::make_genesis({"this", first, 2, "murmur2", "sha3-256"}, "g", "w", 1));
    CHECK(why_not(log).find("run a newer one") != std::string::npos);
    CHECK(log.stored(first).size() == 1);
  }
  SUBCASE("junk in front of the genesis is passed over") {
    log.put(first, log::Record{"", {}, "junk"});
    CHECK(why_not(log) == "");
  }
}

TEST_CASE("an anchor that does not say where its head stands is no anchor") {
  struct Vague final : History {
    MemoryHistory exact;
    Result<HistorySlice, HistoryFault> load(const HistoryQuery& query, milliseconds timeout) override { return exact.load(query, timeout); }
    Result<std::vector<Checkpoint>, HistoryFault> checkpoints(const std::vector<std::string>& topics, milliseconds timeout) override {
      auto all = exact.checkpoints(topics, timeout);
      for (auto& checkpoint : *all) checkpoint.anchor.head_offset = -1;
      return all;
    }
  };
  memory::MemoryLog log;
  CHECK(why_not(log) == "");
  Vague history;
  for (const auto& partition : all_partitions()) {
    for (const auto& arrival : log.stored(partition)) history.exact.read(arrival);
  }
  auto settings = small();
  settings.start_timeout_ms = milliseconds(5'000);
  CHECK(side(log, history, "me", settings)->start());
}

std::int64_t now_ms() { return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }

TEST_CASE("a clock that is wrong is refused") {
  memory::MemoryLog ahead([] { return now_ms() + 5'000; });
  CHECK(why_not(ahead).find("clock") != std::string::npos);
  memory::MemoryLog nearly([] { return now_ms() + 1'000; });
  CHECK(why_not(nearly) == "");
}

TEST_CASE("a start that is told to stop gives up, although the log shows nothing") {
  // Behind the geneses only the record that clocks are compared with is appended, and then the partitions are read.
  std::stop_source stop;
  std::atomic<std::size_t> appends{0};
  memory::MemoryLog* silenced = nullptr;
  memory::MemoryLog log([&] {
    if (++appends > all_partitions().size()) {
      silenced->pause_reads();
      stop.request_stop();
    }
    return now_ms();
  });
  silenced = &log;
  MemoryHistory history;
  const auto started = side(log, history, "me")->start(stop.get_token());
  REQUIRE_FALSE(started);
  CHECK(started.error().find("told to stop") != std::string::npos);
}

TEST_CASE("what cannot be asked at the start is said") {
  memory::MemoryLog log;
  MemoryHistory history;
  SUBCASE("the log") { log.fail_questions("no broker"); }
  SUBCASE("the history") { history.fail("no database"); }
  const auto started = side(log, history, "me")->start();
  REQUIRE_FALSE(started);
  CHECK((started.error().find("no broker") != std::string::npos || started.error().find("no database") != std::string::npos));
}

TEST_CASE("a log that was cut beneath the history's anchor halts that partition and no other") {
  memory::MemoryLog log;
  MemoryHistory history;
  {
    auto commands = side(log, history, "first");
    REQUIRE(commands->start());
    REQUIRE(std::holds_alternative<Accepted>(commands->submit(add("s", "a")).get()));
    commands->stop(milliseconds(1'000));
  }
  for (const auto& partition : all_partitions()) {
    for (const auto& arrival : log.stored(partition)) history.read(arrival);
  }
  MemoryHistory* known = &history;
  std::atomic<int> halts{0};
  auto commands = side(log, *known, "second", small(), [&](const log::PartitionId&) { ++halts; });
  const auto partition = partition_of_words();
  log.truncate(partition, static_cast<log::Offset>(log.stored(partition).size()) - 1);
  REQUIRE(commands->start());
  CHECK(commands->ready());   // the others take commands
  CHECK(commands->any_halted());
  CHECK(halts == 1);
  std::size_t ready = 0;
  commands->each([&](const PartitionLoop& loop) {
    if (loop.partition() == partition) {
      CHECK(loop.halt_reason().find("cut underneath") != std::string::npos);
    } else {
      ready += loop.stats().phase.load() == WriterStats::Phase::standby ? 1U : 0U;
    }
  });
  CHECK(ready == 5);
}

// Every partition has its genesis, and the history has read it.
void begin_ledger(memory::MemoryLog& log, MemoryHistory& history) {
  auto commands = side(log, history, "first");
  REQUIRE(commands->start());
  commands->stop(milliseconds(1'000));
  for (const auto& partition : all_partitions()) {
    for (const auto& arrival : log.stored(partition)) history.read(arrival);
  }
}

TEST_CASE("a partition that lost even its genesis is not begun anew: another one would stand instead of what was lost") {
  memory::MemoryLog log;
  MemoryHistory history;
  begin_ledger(log, history);
  const auto last = all_partitions().back();   // where clocks are compared, too
  log.truncate(last, 0);
  SUBCASE("one") {
    auto commands = side(log, history, "second");
    REQUIRE(commands->start());
    CHECK(commands->ready());
    CHECK(commands->any_halted());
    CHECK(log.stored(last).empty());
  }
  SUBCASE("all") {
    for (const auto& partition : all_partitions()) log.truncate(partition, 0);
    auto commands = side(log, history, "second");
    REQUIRE(commands->start());
    CHECK_FALSE(commands->ready());
    for (const auto& partition : all_partitions()) CHECK(log.stored(partition).empty());
  }
}

TEST_CASE("a start reads on right behind the head, however far the history has read: what was void there may be gone") {
  memory::MemoryLog log;
  MemoryHistory history;
  begin_ledger(log, history);
  const auto partition = partition_of_words();
  const auto genesis = log.stored(partition).front();
  const auto end = static_cast<log::Offset>(log.stored(partition).size());
  for (int n = 0; n < 3; ++n) history.read({partition, end + n, genesis.append_time_ms, genesis.record});   // read, and cut away since
  auto commands = side(log, history, "second");
  REQUIRE(commands->start());
  CHECK_FALSE(commands->any_halted());
  CHECK(std::holds_alternative<Accepted>(commands->submit(add("s", "a")).get()));
}

}  // namespace
}  // namespace ledger::stage
