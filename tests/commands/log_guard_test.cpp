// The guard of a process that runs: topics that are altered underneath it, and its clock.
#include "commands/log_guard.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>

#include "tests/commands/side_world.hpp"

namespace ledger::stage {
namespace {

using namespace words;
using std::chrono::milliseconds;

const std::string kTopic = topic_name("promptledger", LogTopic::prompts);

CommandSideSettings watchful() {
  auto settings = small();
  settings.guard.every_ms = milliseconds(2);
  return settings;
}

// What the guard told, in order.
struct Told {
  void operator()(const std::string& what, const std::optional<std::string>& why) {
    const std::lock_guard lock(mutex);
    all.push_back(what + ": " + why.value_or("fit"));
  }
  std::vector<std::string> so_far() const {
    const std::lock_guard lock(mutex);
    return all;
  }
  mutable std::mutex mutex;
  std::vector<std::string> all;
};

struct World {
  explicit World(memory::MemoryLog::NowMs now_ms) : log(std::move(now_ms)) {
    commands->observe_guard({.changed = [this](const std::string& what, const std::optional<std::string>& why) { told(what, why); },
                             .foreign =
                                 [this](const log::PartitionId& partition, std::uint64_t records, log::Offset last) {
                                   const std::lock_guard lock(told.mutex);
                                   foreign[partition] += records;
                                   last_foreign = last;
                                 }});
    REQUIRE(commands->start());
  }
  World() : World([] { return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count(); }) {}

  std::string write(const std::string& word) {
    const auto outcome = commands->submit(add("s", word)).get();
    if (const auto* refused = std::get_if<NotStored>(&outcome)) return std::string(to_text(refused->why));
    return std::holds_alternative<Accepted>(outcome) ? "accepted" : "something else";
  }
  void look_twice() {
    const auto before = commands->guard().looks;
    REQUIRE(eventually([&] { return commands->guard().looks >= before + 6; }));   // three topics each time
  }

  memory::MemoryLog log;
  MemoryHistory history;
  Told told;
  std::map<log::PartitionId, std::uint64_t> foreign;   // under told's lock
  log::Offset last_foreign = -1;
  std::unique_ptr<CommandSide> commands = side(log, history, "me", watchful());
};

TEST_CASE("a topic that is altered so that it can lose something is not written to until it is mended") {
  struct Case {
    const char* setting;
    const char* wrong;
    const char* right;
  };
  for (const auto& c : {Case{"cleanup.policy", "compact", "delete"}, Case{"retention.ms", "604800000", "-1"}, Case{"retention.bytes", "1000", "-1"},
                        Case{"unclean.leader.election.enable", "true", "false"}, Case{"min.insync.replicas", "0", "1"}}) {
    CAPTURE(c.setting);
    World world;
    CHECK(world.commands->guard().is_fit());
    CHECK(world.write("before") == "accepted");
    world.log.set(kTopic, c.setting, c.wrong);
    REQUIRE(eventually([&] { return !world.commands->guard().is_fit(); }));
    CHECK(world.write("meanwhile") == "unfit_log");
    CHECK(world.commands->ready());
    world.look_twice();
    world.log.set(kTopic, c.setting, c.right);
    REQUIRE(eventually([&] { return world.commands->guard().is_fit(); }));
    CHECK(world.write("after") == "accepted");

    REQUIRE(eventually([&] { return world.told.so_far().size() == 2; }));
    const auto told = world.told.so_far();
    CHECK(told[0].find(kTopic) == 0);
    CHECK(told[0].find(c.setting) != std::string::npos);
    CHECK(told[0].find("Until then nothing is written to it") != std::string::npos);
    CHECK(told[1] == kTopic + ": fit");
  }
}

TEST_CASE("a beginning that is deleted while the process runs is found, and nothing follows it") {
  World world;
  CHECK(world.write("before") == "accepted");
  world.log.trim(partition_of_words(), 1);
  REQUIRE(eventually([&] { return !world.commands->guard().is_fit(); }));
  CHECK(world.write("meanwhile") == "unfit_log");
}

TEST_CASE("what loses nothing is told, and writing goes on") {
  for (const auto& [setting, value] : {std::pair{"message.timestamp.type", "CreateTime"}, std::pair{"max.message.bytes", "1000"}}) {
    CAPTURE(setting);
    World world;
    world.log.set(kTopic, setting, value);
    REQUIRE(eventually([&] { return !world.commands->guard().is_fit(); }));
    CHECK(world.write("meanwhile") == "accepted");
    REQUIRE(eventually([&] { return world.told.so_far().size() == 1; }));
    CHECK(world.told.so_far()[0].find(setting) != std::string::npos);
    CHECK(world.told.so_far()[0].find("nothing is written") == std::string::npos);
  }
}

TEST_CASE("other topics are written to, also while one must not be") {
  World world;
  world.log.set(topic_name("promptledger", LogTopic::feedback), "cleanup.policy", "compact");
  REQUIRE(eventually([&] { return !world.commands->guard().is_fit(); }));
  CHECK(world.write("meanwhile") == "accepted");
}

TEST_CASE("a log that does not answer the guard is what it was") {
  World world;
  world.log.fail_questions("no broker");
  REQUIRE(eventually([&] { return world.commands->guard().unanswered >= 6; }));
  CHECK(world.commands->guard().is_fit());
  world.log.fail_questions("");
  world.log.set(kTopic, "cleanup.policy", "compact");
  REQUIRE(eventually([&] { return !world.commands->guard().is_fit(); }));
  world.log.fail_questions("no broker");
  const auto unanswered = world.commands->guard().unanswered;
  REQUIRE(eventually([&] { return world.commands->guard().unanswered >= unanswered + 6; }));
  CHECK_FALSE(world.commands->guard().is_fit());
  CHECK(world.told.so_far().size() == 1);
}

TEST_CASE("a clock that goes wrong is told by the next record that is written, and writing goes on") {
  for (const std::int64_t ahead_ms : {-10'000, 10'000}) {
    CAPTURE(ahead_ms);
    std::atomic<std::int64_t> ahead{0};
    World world([&] { return std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count() - ahead; });
    CHECK(world.write("before") == "accepted");
    ahead = ahead_ms;
    CHECK(world.write("wrong") == "accepted");
    REQUIRE(eventually([&] { return world.commands->guard().clock_is_wrong; }));
    CHECK((world.commands->guard().clock_apart_ms > 0) == (ahead_ms > 0));
    ahead = 0;
    CHECK(world.write("right") == "accepted");
    REQUIRE(eventually([&] { return !world.commands->guard().clock_is_wrong; }));
    REQUIRE(eventually([&] { return world.told.so_far().size() == 2; }));
    CHECK(world.told.so_far()[0].find(ahead_ms > 0 ? "ahead of the log's" : "behind the log's") != std::string::npos);
    CHECK(world.told.so_far()[1] == "clock: fit");
  }
}

TEST_CASE("records that no ledger has written are told, each once") {
  World world;
  const auto partition = partition_of_words();
  for (int n = 0; n < 3; ++n) world.log.put(partition, log::Record{"", {}, "junk"});
  const auto last = static_cast<log::Offset>(world.log.stored(partition).size()) - 1;
  const auto told = [&] {
    const std::lock_guard lock(world.told.mutex);
    return world.foreign.contains(partition) && world.foreign.at(partition) == 3 && world.last_foreign == last;
  };
  REQUIRE(eventually(told));
  world.look_twice();
  CHECK(told());
  CHECK(world.foreign.size() == 1);
  CHECK(world.write("on") == "accepted");
}

TEST_CASE("topics with too few partitions are refused before the first record fixes their number") {
  memory::MemoryLog log;
  REQUIRE(log.create({.name = kTopic, .partitions = 1}, milliseconds(0)));
  MemoryHistory history;
  const auto started = side(log, history, "me")->start();
  REQUIRE_FALSE(started);
  CHECK(started.error().find("set kafka-partitions=1") != std::string::npos);
  CHECK(log.stored({kTopic, 0}).empty());
  auto settings = small();
  settings.foundation.partitions = 1;
  CHECK(side(log, history, "me", settings)->start());
  // Begun, they are as many as they are, whatever the setting says of new ones.
  CHECK(side(log, history, "later")->start());
}

}  // namespace
}  // namespace ledger::stage
