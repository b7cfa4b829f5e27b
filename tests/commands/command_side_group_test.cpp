// Several processes of one ledger: who has which partition, and what becomes of commands when that changes. Each is a command side of its
// own, on one log in memory.
#include <doctest/doctest.h>

#include <map>
#include <set>

#include "tests/commands/scripted_groups.hpp"
#include "tests/commands/side_world.hpp"

namespace ledger::stage {
namespace {

using namespace words;
using std::chrono::milliseconds;
using Phase = WriterStats::Phase;

const Peer kMe{"me", "127.0.0.1:1"};
const Peer kYou{"you", "127.0.0.1:2"};

Phase role(const CommandSide& side, const log::PartitionId& partition) {
  for (const auto& row : side.cluster().partitions) {
    if (row.partition == partition) return row.role;
  }
  return Phase::stopped;
}

bool all_are(const CommandSide& side, Phase phase) {
  const auto view = side.cluster();
  return std::all_of(view.partitions.begin(), view.partitions.end(), [&](const auto& row) { return row.role == phase; });
}

ClusterView::Partition row_of(const CommandSide& side, const log::PartitionId& partition) {
  for (auto& row : side.cluster().partitions) {
    if (row.partition == partition) return row;
  }
  return {};
}

// One log and one group; two processes, each with an empty history behind it that follows.
struct TwoSides {
  explicit TwoSides(const CommandSideSettings& settings = small()) : settings_(settings) {
    REQUIRE(side(log, history, "founder", settings)->start());
    follower = std::make_unique<Follower>(log, history, all_partitions());
    me = join(kMe);
    you = join(kYou);
  }
  std::unique_ptr<CommandSide> join(const Peer& self) {
    auto made = side(log, history, self.node, settings_);
    REQUIRE(made->start());
    made->join(groups, self);
    return made;
  }
  std::vector<HistoryRow> events() const {
    MemoryHistory all;
    for (const auto& arrival : log.stored(partition_of_words())) all.read(arrival);
    return all.rows(partition_of_words());
  }

  CommandSideSettings settings_;
  memory::MemoryLog log;
  MemoryHistory history;
  ScriptedGroups groups;
  std::unique_ptr<Follower> follower;
  std::unique_ptr<CommandSide> me;
  std::unique_ptr<CommandSide> you;
};

TEST_CASE("a process joins the group of writers by its name, and says where it can be reached") {
  memory::MemoryLog log;
  MemoryHistory history;
  ScriptedGroups groups;
  auto me = side(log, history, "me");
  REQUIRE(me->start());
  CHECK(me->ready());                                      // on standby: it needs nobody to decide
  CHECK(all_are(*me, Phase::standby));
  me->join(groups, kMe);
  REQUIRE(groups.joined().size() == 1);
  const auto joined = groups.joined()[0];
  CHECK(joined.group == "promptledger.writers");
  CHECK(joined.topics.size() == 3);
  CHECK(joined.member == "me");
  CHECK(joined.about == "127.0.0.1:1");

  groups.assign("me", all_partitions());
  REQUIRE(eventually([&] { return all_are(*me, Phase::assigned); }));
  REQUIRE(eventually([&] { return me->cluster().members_known_us && me->cluster().nodes.size() == 1 && me->cluster().nodes[0].partitions == 6; }));
  const auto view = me->cluster();
  CHECK(view.self == "me");
  CHECK(view.nodes[0].peer == kMe);
  CHECK(view.nodes[0].self);
  for (const auto& row : view.partitions) {
    CHECK(row.assigned_to == "me");
    CHECK(row.head_writer == "promptledger/me/start-1");
    CHECK(row.head_height == 1);
    REQUIRE(row.hand_overs.size() == 1);
    CHECK((row.hand_overs[0].kind == HandOver::Kind::took_over));
    CHECK(row.hand_overs[0].to == "promptledger/me/start-1");
  }
  CHECK_FALSE(me->elsewhere(partition_of_words()));
  me->stop(milliseconds(1'000));
  CHECK(groups.joined().empty());
  CHECK(all_are(*me, Phase::stopped));
}

TEST_CASE("the group cannot be reached, or is silent: every process decides what it is given") {
  TwoSides world;
  world.groups.go_away(true);
  for (int n = 0; n < 10; ++n) {
    auto& taken = n % 2 == 0 ? *world.me : *world.you;
    CHECK_FALSE(taken.elsewhere(partition_of_words()));
    CHECK(std::holds_alternative<Accepted>(taken.submit(add("s", "w" + std::to_string(n))).get()));
  }
  CHECK(world.events().size() == 10);
}

TEST_CASE("commands are better off with whoever has the partition, as the group says") {
  TwoSides world;
  const auto partition = partition_of_words();
  CHECK_FALSE(world.me->elsewhere(partition));
  world.groups.assign("you", {partition});
  REQUIRE(eventually([&] { return world.me->elsewhere(partition) == kYou; }));
  CHECK_FALSE(world.you->elsewhere(partition));
  CHECK(row_of(*world.me, partition).assigned_to == "you");
  // He dies: until his session ends everything is still sent to him; then it is decided here.
  world.groups.forget("you");
  REQUIRE(eventually([&] { return !world.me->elsewhere(partition); }));
  CHECK(row_of(*world.me, partition).assigned_to.empty());
  // What was known stays while nobody can be asked.
  world.groups.say("you", {partition});
  REQUIRE(eventually([&] { return world.me->elsewhere(partition) == kYou; }));
  world.groups.go_away(true);
  const auto asked = world.groups.asked();
  REQUIRE(eventually([&] { return world.groups.asked() > asked + 4; }));
  CHECK(world.me->elsewhere(partition) == kYou);
}

TEST_CASE("handed over under load: every command is in effect once, and both tell of it") {
  TwoSides world;
  const auto partition = partition_of_words();
  world.groups.assign("me", {partition});
  REQUIRE(eventually([&] { return role(*world.me, partition) == Phase::assigned; }));

  // Clients give each command to the process that they know, on to the one that has the partition, and decide there when they were sent on.
  std::atomic<bool> stop{false};
  std::atomic<int> accepted{0}, lost{0}, wrong{0};
  std::vector<std::jthread> clients;
  for (int client = 0; client < 4; ++client) {
    clients.emplace_back([&, client] {
      for (int n = 0; !stop; ++n) {
        const std::string word = std::to_string(client) + "-" + std::to_string(n);
        CommandSide* at = client % 2 == 0 ? world.me.get() : world.you.get();
        const auto send = [&](bool movable) {
          auto proposal = client < 2 ? add("s", word) : add("s", word, "key-" + word);
          proposal.movable = movable;
          return at->submit(std::move(proposal)).get();
        };
        const auto go_elsewhere = [&] {
          if (const auto peer = at->elsewhere(partition)) at = peer->node == "me" ? world.me.get() : world.you.get();
        };
        const auto* const first = at;
        go_elsewhere();
        Outcome outcome = send(at == first);
        for (int tries = 0; std::holds_alternative<NotStored>(outcome) && tries < 1'000; ++tries) {
          const auto why = std::get<NotStored>(outcome).why;
          if (why != NotStored::Why::moved && why != NotStored::Why::lost_race) break;
          if (why == NotStored::Why::lost_race) ++lost;
          go_elsewhere();
          outcome = send(why == NotStored::Why::lost_race);
        }
        ++(std::holds_alternative<Accepted>(outcome) ? accepted : wrong);
      }
    });
  }
  std::atomic<int> released{0};
  for (int round = 0; round < 3; ++round) {
    const std::string from = round % 2 == 0 ? "me" : "you";
    const std::string to = round % 2 == 0 ? "you" : "me";
    const auto& taker = round % 2 == 0 ? *world.you : *world.me;
    std::this_thread::sleep_for(milliseconds(30));
    world.groups.revoke(from, {partition}, [&] { ++released; });
    REQUIRE(eventually([&] { return released == round + 1; }));
    std::this_thread::sleep_for(milliseconds(10));
    world.groups.assign(to, {partition});
    REQUIRE(eventually([&] { return role(taker, partition) == Phase::assigned; }));
  }
  std::this_thread::sleep_for(milliseconds(30));
  stop = true;
  clients.clear();
  CHECK(wrong == 0);
  const auto events = world.events();
  CHECK(events.size() == static_cast<std::size_t>(accepted));
  std::set<std::string> seen;
  for (std::size_t n = 0; n < events.size(); ++n) {
    CHECK(events[n].event.sequence == n + 1);
    CHECK(seen.insert(word_of(events[n].event)).second);
  }
  const auto mine = row_of(*world.me, partition).hand_overs;
  REQUIRE(mine.size() == 4);                               // took over, gave away, took over, gave away
  CHECK((mine[1].kind == HandOver::Kind::released));
  CHECK(mine[1].from == "promptledger/me/start-1");
  CHECK((mine[2].kind == HandOver::Kind::took_over));
  const auto yours = row_of(*world.you, partition).hand_overs;
  REQUIRE(yours.size() == 3);
  CHECK((yours[0].kind == HandOver::Kind::took_over));
  MESSAGE(accepted.load() << " commands through 3 hand-overs, " << lost.load() << " lost races; drained in " << mine[1].length_us << " us, taken over in "
                          << yours[0].length_us << " us");
}

TEST_CASE("lost: another has it already, and the loser says so") {
  TwoSides world;
  const auto partition = partition_of_words();
  world.groups.assign("me", {partition});
  REQUIRE(eventually([&] { return role(*world.me, partition) == Phase::assigned; }));
  world.groups.lose("me", {partition});
  world.groups.assign("you", {partition});
  REQUIRE(eventually([&] { return role(*world.you, partition) == Phase::assigned && role(*world.me, partition) == Phase::standby; }));
  REQUIRE(eventually([&] { return world.me->elsewhere(partition) == kYou; }));
  const auto hand_overs = row_of(*world.me, partition).hand_overs;
  REQUIRE(hand_overs.size() == 2);
  CHECK((hand_overs[1].kind == HandOver::Kind::lost));
}

TEST_CASE("a partition that a topic was widened by is nobody's to write, whatever the group gives") {
  TwoSides world;
  const auto partition = partition_of_words();
  const log::PartitionId beyond{partition.topic, 7};
  world.groups.assign("me", {partition, beyond});
  REQUIRE(eventually([&] { return role(*world.me, partition) == Phase::assigned; }));
  world.groups.revoke("me", {beyond}, [] {});
  world.groups.assign("me", {partition, beyond});
  CHECK(std::holds_alternative<Accepted>(world.me->submit(add("s", "a")).get()));
  world.me->leave();
  world.me->stop(milliseconds(1'000));
  CHECK(all_are(*world.me, Phase::stopped));
}

TEST_CASE("an owner that dies is replaced, and what he had acknowledged is there") {
  TwoSides world;
  const auto partition = partition_of_words();
  world.groups.assign("me", {partition});
  REQUIRE(eventually([&] { return role(*world.me, partition) == Phase::assigned; }));
  REQUIRE(std::holds_alternative<Accepted>(world.me->submit(add("s", "a", "key")).get()));
  world.me.reset();
  world.groups.assign("you", {partition});
  REQUIRE(eventually([&] { return role(*world.you, partition) == Phase::assigned; }));
  const auto again = world.you->submit(add("s", "a", "key")).get();
  REQUIRE(std::holds_alternative<Accepted>(again));
  CHECK(std::get<Accepted>(again).replayed);
  CHECK(row_of(*world.you, partition).hand_overs.back().from == "promptledger/me/start-1");
}

TEST_CASE("both believe that they have it: safe, and everybody is served") {
  auto settings = small();
  settings.group.assume_all = true;
  TwoSides world(settings);
  REQUIRE(eventually([&] { return all_are(*world.me, Phase::assigned) && all_are(*world.you, Phase::assigned); }));
  CHECK_FALSE(world.me->elsewhere(partition_of_words()));
  bool released = false;
  world.groups.revoke("me", all_partitions(), [&] { released = true; });
  CHECK(released);                                         // it goes by its own belief
  CHECK(all_are(*world.me, Phase::assigned));
  std::vector<std::future<Outcome>> futures;
  for (int n = 0; n < 200; ++n) {
    auto proposal = add("s", "w" + std::to_string(n));
    proposal.movable = false;
    futures.push_back((n % 2 == 0 ? world.me : world.you)->submit(std::move(proposal)));
    if (n % 10 == 0) std::this_thread::sleep_for(milliseconds(1));
  }
  for (auto& future : futures) {
    REQUIRE(future.wait_for(kPatience) == std::future_status::ready);
    CHECK(std::holds_alternative<Accepted>(future.get()));
  }
  CHECK(world.events().size() == 200);
}

}  // namespace
}  // namespace ledger::stage
