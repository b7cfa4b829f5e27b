#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>
#include <thread>

#include "projections/published/published.hpp"
#include "projections/published/topics.hpp"
#include "projections/runner.hpp"
#include "tests/projections/model_fixture.hpp"
#include "tests/projections/uplink.hpp"

using namespace ledger;
using namespace ledger::test;
using namespace std::chrono_literals;
using projections::BatchOutcome;

namespace {

constexpr std::int32_t kPartitions = 2;

// A log with its published topics.
struct Published {
  Published() { REQUIRE(projections::create_published_topics(chain.log, log_topics, {.name = {}}, kSoon)); }

  // What the log says: every event that counts, as outsiders are to see it.
  std::vector<log::Record> facts(std::int32_t number) const {
    const log::PartitionId partition{kPromptsTopic, number};
    log::LinkReader links{partition};
    std::vector<log::Record> out;
    for (const auto& arrival : chain.log.stored(partition)) {
      if (std::holds_alternative<log::Counts>(links.read(arrival)) && projections::is_event(arrival.record))
        out.push_back(projections::published_record(arrival.record));
    }
    return out;
  }
  std::vector<log::Record> written(std::int32_t number) const {
    std::vector<log::Record> out;
    for (const auto& arrival : chain.log.stored({"promptledger.prompts", number})) out.push_back(arrival.record);
    return out;
  }
  // What a consumer takes that skips every height not above the last one it saw.
  std::vector<log::Record> consumed(std::int32_t number) const {
    std::vector<log::Record> out;
    std::uint64_t seen = 0;
    for (auto& record : written(number)) {
      const auto height = std::stoull(std::string{record.header("ce_height").value()});
      if (height <= seen) continue;
      seen = height;
      out.push_back(std::move(record));
    }
    return out;
  }
  void check_consumers() const {
    for (std::int32_t number = 0; number < kPartitions; ++number) {
      CHECK(consumed(number) == facts(number));
      // What comes twice is identical.
      const auto all = facts(number);
      for (const auto& record : written(number)) CHECK(std::ranges::find(all, record) != all.end());
    }
  }

  Chain chain{kPartitions};
  const std::vector<std::string> log_topics{kPromptsTopic, "promptledger.log.executions", "promptledger.log.feedback"};
};

// One process that publishes, batch by batch.
struct Process {
  Process(Database& database, Published& world)
      : uplink{world.chain.log},
        publisher{uplink, {}},
        projection{publisher},
        hand{database, world.chain, projection} {}

  // False: it failed, or another was quicker. Either way it looks again where the checkpoints are.
  bool catch_up() {
    bool applied = false;
    try {
      applied = hand.catch_up() == BatchOutcome::applied;
    } catch (const projections::LogAway&) {
    }
    if (!applied) hand.model.reload();
    return applied;
  }

  Uplink uplink;
  projections::Publisher publisher;
  projections::PublishedProjection projection;
  ByHand hand;
};

projections::RunnerSettings quick(const Database& database) {
  projections::RunnerSettings settings;
  settings.connection = database.settings();
  settings.batch.first_wait_ms = 10ms;
  settings.batch.max_records = 7;
  settings.backoff_first_ms = 5ms;
  settings.backoff_max_ms = 50ms;
  return settings;
}

bool eventually(const std::function<bool()>& holds) {
  for (const auto deadline = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < deadline;) {
    if (holds()) return true;
    std::this_thread::sleep_for(2ms);
  }
  return false;
}

std::string why(const std::function<void()>& fails) {
  try {
    fails();
  } catch (const projections::LogAway& away) {
    return away.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every event that counts is published, in order, as it is but for what is the ledger's own") {
  Database database;
  Published world;
  auto event = note("a", 1, "x");
  event.meta.causation_id = "an event";
  event.tags = {"note-name/a"};
  event.command_id = "hash of a key";
  event.command_digest = "hash of a body";
  event.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  world.chain.append(event);
  world.chain.duplicate();  // void
  world.chain.barrier();
  world.chain.append(note("b", 1, "y"));
  Process process{database, world};
  REQUIRE(process.catch_up());

  const auto written = world.written(0);
  REQUIRE(written.size() == 2);
  CHECK(written[0].key == "ws/w1");
  CHECK(written[0].value == R"({"value":"x"})");
  std::set<std::string> names;
  for (const auto& header : written[0].headers) names.insert(header.first);
  CHECK(names == std::set<std::string>{"content-type", "ce_specversion", "ce_id", "ce_type", "ce_source", "ce_subject",
                                       "ce_sequence", "ce_time", "ce_recordedtime", "ce_height", "ce_partitionkey",
                                       "ce_actor", "ce_correlationid", "ce_causationid", "traceparent"});
  CHECK(written[0].header("ce_height") == "1");
  CHECK(written[1].header("ce_height") == "3");  // the barrier has 2
  CHECK(written[1].header("ce_subject") == "note/b");
  CHECK(world.written(1).empty());
}

TEST_CASE("what this program cannot open is published all the same, and parks nothing") {
  Database database;
  Published world;
  world.chain.append_record({"ws/w1", {{"ce_type", "something.new.v7"}, {"ce_subject", "note/x"}}, "not JSON"});
  world.chain.append(note("x", 1, "x"));
  Process process{database, world};
  REQUIRE(process.catch_up());
  CHECK(process.hand.model.parked().events == 0);
  REQUIRE(world.written(0).size() == 2);
  CHECK(world.written(0)[0].value == "not JSON");
  CHECK(world.written(0)[0].header("ce_height") == "1");
}

TEST_CASE("the checkpoint moves only when all of a batch is stored") {
  Database database;
  Published world;
  for (std::uint64_t i = 1; i <= 5; ++i) world.chain.append(note("a", i, "x"));
  Process process{database, world};

  SUBCASE("cut off in the middle: the front is there twice") {
    process.uplink.cut_off_after(3);
    CHECK_FALSE(process.catch_up());
    CHECK(process.hand.model.at().empty());
    REQUIRE(process.catch_up());
    CHECK(world.written(0).size() == 8);
  }
  SUBCASE("killed between the last report and the commit: all of it is there twice") {
    const auto batch = process.hand.read();
    pg::Transaction transaction{process.hand.connection};
    process.projection.apply(process.hand.connection, batch.counted);
    transaction.rollback();
    REQUIRE(process.catch_up());
    CHECK(world.written(0).size() == 10);
  }
  world.check_consumers();
}

TEST_CASE("a log that does not answer is waited for no longer than the bound") {
  Database database;
  Published world;
  world.chain.append(note("a", 1, "x"));
  auto& log = world.chain.log;
  projections::Publisher publisher{log, {.delivery_timeout_ms = 50ms}};
  const projections::PublishedProjection projection{publisher};
  ByHand hand{database, world.chain, projection};

  SUBCASE("no report comes") {
    log.hold();
    CHECK(why([&] { hand.catch_up(); }).find("1 records were not confirmed in time") != std::string::npos);
    log.release();  // and now it is stored all the same
  }
  SUBCASE("the sender has no room") {
    log.answer_appends(log::Taken::full);
    CHECK(why([&] { hand.catch_up(); }).find("no room") != std::string::npos);
    log.answer_appends(log::Taken::yes);
  }
  SUBCASE("the sender is broken, and is made anew") {
    log.answer_appends(log::Taken::broken);
    CHECK(why([&] { hand.catch_up(); }).find("broken") != std::string::npos);
  }
  CHECK(hand.model.at().empty());
  CHECK(hand.catch_up() == BatchOutcome::applied);
  world.check_consumers();
}

TEST_CASE("a sender with no room for a moment is waited for") {
  Database database;
  Published world;
  world.chain.append(note("a", 1, "x"));
  world.chain.log.answer_appends(log::Taken::full);
  projections::Publisher publisher{world.chain.log, {}};
  const projections::PublishedProjection projection{publisher};
  ByHand hand{database, world.chain, projection};
  const std::jthread room{[&] {
    std::this_thread::sleep_for(20ms);
    world.chain.log.answer_appends(log::Taken::yes);
  }};
  CHECK(hand.catch_up() == BatchOutcome::applied);
  CHECK(world.written(0).size() == 1);
}

TEST_CASE("nothing is published to a topic that is not fit, and the remedy is named") {
  struct Case {
    std::string setting, value, complaint;
  };
  Database database;
  Published world;
  world.chain.append(note("a", 1, "x"));
  auto& log = world.chain.log;
  projections::Publisher publisher{log, {}};
  const projections::PublishedProjection projection{publisher};
  ByHand hand{database, world.chain, projection};
  for (const auto& [setting, value, complaint] :
       {Case{"cleanup.policy", "compact", "Set cleanup.policy=delete"},
        Case{"unclean.leader.election.enable", "true", "Set unclean.leader.election.enable=false"},
        Case{"max.message.bytes", "1000", "Set max.message.bytes=2097152"}}) {
    CAPTURE(setting);
    const auto facts = log.facts("promptledger.prompts", kSoon).value().value();
    const auto before = std::ranges::find(facts.settings, setting, &std::pair<std::string, std::string>::first)->second;
    log.set("promptledger.prompts", setting, value);
    CHECK(why([&] { hand.catch_up(); }).find(complaint) != std::string::npos);
    log.set("promptledger.prompts", setting, before);
  }
  CHECK(world.written(0).empty());
  log.set("promptledger.prompts", "retention.ms", "1000");  // the operator's choice
  CHECK(hand.catch_up() == BatchOutcome::applied);
  CHECK(world.written(0).size() == 1);
}

TEST_CASE("published topics have the log's partitions, or are refused") {
  Chain chain{3};
  const std::vector<std::string> prompts{kPromptsTopic};
  CHECK(
      projections::guard_published_topic(chain.log, kPromptsTopic, kSoon).error().find("run `promptledger migrate`") !=
      std::string::npos);
  REQUIRE(projections::create_published_topics(chain.log, prompts, {.name = "ignored", .partitions = 8}, kSoon));
  CHECK(chain.log.facts("promptledger.prompts", kSoon).value()->partitions == 3);
  CHECK(projections::guard_published_topic(chain.log, kPromptsTopic, kSoon));

  (void)chain.log.create({.name = "promptledger.feedback", .partitions = 4}, kSoon);
  CHECK(projections::guard_published_topic(chain.log, "promptledger.log.feedback", kSoon)
            .error()
            .find("has 4 partitions where the log has 3") != std::string::npos);
  CHECK(projections::published_topic("a.log.b.log.prompts") == "a.log.b.prompts");
  CHECK_THROWS_AS((void)projections::published_topic("promptledger.prompts"), std::invalid_argument);
}

TEST_CASE("whatever happens to two that publish, a consumer gets each event once and in order") {
  Database database;
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    const auto draw = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
    pg::Connection{database.settings()}.script("DROP SCHEMA IF EXISTS published CASCADE");
    Published world;
    std::array<std::unique_ptr<Process>, 2> processes;
    std::uint64_t written = 0;
    for (int step = 0; step < 60; ++step) {
      for (std::size_t more = draw(4); more > 0; --more)
        world.chain.append(note("a", ++written, "x"), static_cast<std::int32_t>(draw(2)));
      if (draw(5) == 0) world.chain.barrier();
      auto& process = processes.at(draw(2));
      if (!process) process = std::make_unique<Process>(database, world);
      switch (draw(7)) {
        case 0:  // cut off in the middle of a batch
          process->uplink.cut_off_after(draw(6));
          break;
        case 1:  // its place is what it saw long ago
          break;
        case 2:
          process->hand.model.reload();
          break;
        case 3:
          process->uplink.arrive_late(draw(10));
          break;
        case 4:
          process->uplink.lose_the_rest();
          break;
        case 5:  // killed: what was on its way is cut short somewhere
          process->uplink.arrive_late(draw(10));
          process.reset();
          continue;
        default:
          if (draw(10) > 0) break;
          // Published again from the beginning.
          process->hand.connection.script("DELETE FROM checkpoint");
      }
      (void)process->catch_up();
    }
    Process last{database, world};
    REQUIRE(last.catch_up());
    REQUIRE(written > 30);
    world.check_consumers();
  }
}

TEST_CASE("behind a sender that stores past what it lost, a consumer would miss an event") {
  Database database;
  Published world;
  for (std::uint64_t i = 1; i <= 3; ++i) world.chain.append(note("a", i, "x"));
  auto& log = world.chain.log;
  projections::Publisher publisher{log, {.delivery_timeout_ms = 2'000ms}};
  const projections::PublishedProjection projection{publisher};
  ByHand hand{database, world.chain, projection};
  log.hold();
  std::jthread network{[&] {
    REQUIRE(eventually([&] { return log.in_flight().size() == 3; }));
    log.deliver(1);
    log.deliver(3);
    log.lose(2);
    log.release();
  }};
  CHECK_FALSE(why([&] { hand.catch_up(); }).empty());
  network.join();
  REQUIRE(hand.catch_up() == BatchOutcome::applied);
  CHECK(world.consumed(0) != world.facts(0));  // hence gapless
}

TEST_CASE("published again from the beginning: identical records, and nothing new for a consumer") {
  Database database;
  Published world;
  for (std::uint64_t i = 1; i <= 40; ++i) world.chain.append(note("a", i, "x"), i % 3 == 0);
  const auto place = [&] {
    projections::RebuildPlace where{.log = world.chain.log, .connection = database.settings()};
    where.settings.batch.first_wait_ms = 10ms;
    where.settings.batch.max_records = 5;
    where.settings.silence_ms = 5'000ms;
    return where;
  };
  projections::Publisher publisher{world.chain.log, {}};
  const projections::PublishedProjection projection{publisher};
  const auto caught_up = [&](const projections::Runner& runner) {
    return eventually([&] {
      return runner.status().state == projections::RunnerState::running &&
             world.consumed(0).size() + world.consumed(1).size() == world.facts(0).size() + world.facts(1).size();
    });
  };

  SUBCASE("while nothing runs") {
    ByHand hand{database, world.chain, projection};
    REQUIRE(hand.catch_up() == BatchOutcome::applied);
    const auto before = projections::load_checkpoints(hand.connection);
    const auto report = projections::rebuild(place(), projection);
    CHECK(report.records == 46);  // with the six geneses
    CHECK(projections::load_checkpoints(hand.connection) == before);
    CHECK(world.written(0).size() == 2 * world.facts(0).size());
  }
  SUBCASE("beside one that publishes on") {
    Uplink own{world.chain.log};
    projections::Publisher live{own, {}};
    const projections::PublishedProjection live_projection{live};
    projections::Runner runner{world.chain.log, world.chain.groups, live_projection, quick(database)};
    REQUIRE(caught_up(runner));
    std::jthread writer{[&] {
      for (std::uint64_t i = 41; i <= 80; ++i) {
        world.chain.append(note("a", i, "x"), i % 3 == 0);
        std::this_thread::sleep_for(1ms);
      }
    }};
    for (int round = 0; round < 3; ++round) CHECK_NOTHROW(projections::rebuild(place(), projection));
    writer.join();
    REQUIRE(caught_up(runner));
  }
  SUBCASE("by a newer version of the projection") {
    ByHand hand{database, world.chain, projection};
    REQUIRE(hand.catch_up() == BatchOutcome::applied);
    hand.connection.script("UPDATE model SET version = 0");
    projections::Runner runner{world.chain.log, world.chain.groups, projection, quick(database)};
    CHECK(eventually([&] { return world.written(0).size() == 2 * world.facts(0).size(); }));
    CHECK(projections::model_version(hand.connection, "published") == 1);
  }
  world.check_consumers();
}
