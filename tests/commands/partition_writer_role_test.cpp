// Whose a partition is: on standby, taking over, assigned, handing over (protocol steps 21 and 22).
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;
using Phase = WriterStats::Phase;

// Where `writer` is in the way of a take-over: its barrier on the head, stored.
void foreign_take_over(World& world, const std::string& writer) {
  auto barrier = log::make_barrier("barrier-of-" + writer, "take_over");
  log::link(barrier, world.truth().head(), writer, 0);
  world.put(barrier);
}

TEST_CASE("assigned: reads to an end asked for now, then a barrier that says who and why, and counts") {
  World world;
  Stage stage(world);
  stage.stand_by();
  foreign_event(world, added("s", 1, "old"));   // written since, not read yet
  stage.writer->assume(stage.now);
  stage.settle();
  CHECK(stage.sends() == 0);
  CHECK((stage.phase() == Phase::taking_over));
  stage.read();
  REQUIRE(stage.sends() == 1);
  CHECK(what(stage.last().record) == "barrier");
  CHECK(stage.last().record.header("ce_barrierreason") == "take_over");
  CHECK(stage.last().record.header("ce_writer") == "me");
  CHECK(stage.takes_over().empty());
  stage.pass(milliseconds(7));
  stage.deliver(0);
  CHECK((stage.phase() == Phase::assigned));
  REQUIRE(stage.takes_over().size() == 1);
  CHECK(stage.takes_over()[0].first == "founder");          // had it when it was assigned
  CHECK(stage.takes_over()[0].second == milliseconds(7));
  CHECK(stage.writer->stats().barriers_take_over == 1);
}

TEST_CASE("assigned before the partition was read: taken over once it is") {
  World world;
  Stage stage(world);
  stage.start();
  stage.writer->assume(stage.now);
  stage.settle();
  CHECK(stage.sends() == 0);
  stage.read();
  REQUIRE(stage.sends() == 1);
  stage.deliver(0);
  CHECK((stage.phase() == Phase::assigned));
}

TEST_CASE("while it takes over it decides nothing, and then everything that waited") {
  World world;
  Stage stage(world);
  stage.stand_by();
  stage.writer->assume(stage.now);
  stage.settle();
  const auto ticket = stage.submit(add("s", "a"));
  stage.settle();
  CHECK(stage.sends() == 1);
  SUBCASE("when the barrier counts") { stage.deliver_all(); }
  SUBCASE("or when somebody stood in the way for too long") {
    for (int n = 0; n < 20; ++n) {
      foreign_barrier(world);
      stage.pass(milliseconds(20));
      stage.read();
    }
    CHECK((stage.phase() == Phase::taking_over));
    CHECK(stage.writer->stats().barriers_take_over >= 10);
    CHECK(stage.writer->stats().barriers_take_over <= 21);   // one in 20 ms, however often it loses
    stage.deliver_all();
    CHECK((stage.phase() == Phase::assigned));
  }
  REQUIRE(stage.accepted(ticket) != nullptr);
}

TEST_CASE("when a foreign record takes the head from the take-over's barrier, another is sent") {
  World world;
  Stage stage(world);
  stage.stand_by();
  stage.writer->assume(stage.now);
  stage.settle();
  foreign_event(world, added("s", 1, "foreign"));
  stage.read();
  CHECK((stage.phase() == Phase::taking_over));
  stage.pass(milliseconds(25));
  REQUIRE(stage.sends() == 2);
  stage.deliver(1);
  CHECK((stage.phase() == Phase::assigned));
}

TEST_CASE("given back: what flies lands and is answered, then it says that it is released, and decides on as before") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto flying = stage.submit(add("s", "a", "key"));
  stage.settle();
  stage.writer->release(stage.now);
  const auto waiting = stage.submit(add("s", "b", "key-2"));
  stage.settle();
  CHECK((stage.phase() == Phase::releasing));
  CHECK(stage.sends() == 2);
  CHECK(stage.releases().empty());
  stage.pass(milliseconds(9));
  stage.deliver(1);
  CHECK(stage.accepted(flying) != nullptr);
  REQUIRE(stage.releases().size() == 1);
  CHECK(stage.releases()[0] == milliseconds(9));
  CHECK((stage.phase() == Phase::standby));
  stage.deliver_all();
  CHECK(stage.accepted(waiting) != nullptr);               // nobody is known to have it yet
}

TEST_CASE("given back, and what flies does not land: released at the bound") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.settle();
  stage.writer->release(stage.now);
  stage.pass(milliseconds(1'900));
  CHECK(stage.releases().empty());
  stage.pass(milliseconds(200));
  CHECK(stage.releases().size() == 1);
  CHECK((stage.phase() == Phase::standby));
}

TEST_CASE("given back what it did not have, or cannot serve: released at once, and once") {
  World world;
  Stage stage(world);
  SUBCASE("before it was read") { stage.start(); }
  SUBCASE("on standby") { stage.stand_by(); }
  SUBCASE("lost already") {
    stage.make_ready();
    stage.writer->lose(stage.now);
  }
  SUBCASE("halted") {
    stage.make_ready();
    world.put(log::Record{"", {{"ce_prevhash", std::string(*world.log.stored(kPartition).back().record.header("ce_hash"))}}, ""});
    stage.read();
    REQUIRE(stage.writer->halted());
  }
  stage.writer->release(stage.now);
  stage.settle();
  CHECK(stage.releases().size() == 1);
}

TEST_CASE("whatever comes between, a release is told once") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.settle();
  stage.writer->release(stage.now);
  SUBCASE("it is assigned again") { stage.writer->assume(stage.now); }
  SUBCASE("it is lost") { stage.writer->lose(stage.now); }
  SUBCASE("the partition halts") {
    world.log.truncate(kPartition, 0);
    stage.writer->on_disturbance(log::Disturbance::reconnected);
  }
  stage.settle();
  CHECK(stage.releases().size() == 1);
  stage.pass(milliseconds(3'000));
  CHECK(stage.releases().size() == 1);
}

TEST_CASE("lost: it is on standby at once, and what flies goes on") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto flying = stage.submit(add("s", "a"));
  stage.settle();
  stage.writer->lose(stage.now);
  stage.settle();
  CHECK((stage.phase() == Phase::standby));
  stage.deliver_all();
  CHECK(stage.accepted(flying) != nullptr);
}

TEST_CASE("another says that he has taken over: what is not sent is given to him, once what flies has landed") {
  World world;
  Stage stage(world);
  stage.reachable = {"other"};
  stage.make_ready();
  stage.writer->release(stage.now);
  stage.settle();
  REQUIRE((stage.phase() == Phase::standby));
  const auto flying = stage.submit(add("s", "a", "key-1"));
  stage.settle();
  const auto head = world.truth().head();
  stage.store(1);                                          // faster than his barrier, which is void for it
  auto barrier = log::make_barrier("b", "take_over");
  log::link(barrier, head, "other", 0);
  world.put(barrier);
  stage.withhold_loads = true;
  const auto movable = stage.submit(add("t", "b", "key-2"));
  auto fixed = add("u", "c", "key-3");
  fixed.movable = false;
  const auto here = stage.submit(std::move(fixed));
  const auto question = stage.inquire(inquiry("key-4"));
  stage.settle();
  stage.read();
  CHECK(stage.yields == std::vector<std::string>{"other"});
  REQUIRE(stage.not_stored(movable) != nullptr);
  CHECK((stage.not_stored(movable)->why == NotStored::Why::moved));
  CHECK(stage.writer->stats().moved == 1);
  stage.withhold_loads = false;
  stage.deliver_all();
  CHECK(stage.accepted(flying) != nullptr);
  CHECK(stage.accepted(here) != nullptr);                  // it was given on already
  CHECK(stage.absent(question) != nullptr);
  const auto later = stage.submit(add("s", "d"));
  stage.settle();
  REQUIRE(stage.not_stored(later) != nullptr);             // for a while
  stage.pass(milliseconds(1'100));
  const auto much_later = stage.submit(add("s", "e"));
  stage.deliver_all();
  CHECK(stage.accepted(much_later) != nullptr);            // he may be gone again
}

TEST_CASE("another says that he has taken over, and there is no way to him: commands are decided here") {
  World world;
  Stage stage(world);
  stage.stand_by();
  foreign_take_over(world, "other");
  stage.read();
  const auto ticket = stage.submit(add("s", "a"));
  stage.deliver_all();
  CHECK(stage.accepted(ticket) != nullptr);
}

TEST_CASE("whoever is assigned does not go by another's word: it looks who has the partition") {
  World world;
  Stage stage(world);
  stage.reachable = {"other"};
  stage.make_ready();
  CHECK(stage.assignment_checks == 0);
  foreign_take_over(world, "other");
  stage.read();
  CHECK(stage.assignment_checks == 1);
  CHECK(stage.yields.empty());
}

TEST_CASE("a writer that has ended says so") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.writer->abandon(NotStored::Why::stopping, "the server is stopping");
  CHECK((stage.phase() == Phase::stopped));
  CHECK_FALSE(stage.writer->ready());
}

}  // namespace
}  // namespace ledger::stage
