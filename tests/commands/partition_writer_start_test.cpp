// Starting: to the end once (protocol step 6).
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

TEST_CASE("a writer reads to the end and is on standby: it wrote nothing, and decides what it is given") {
  World world;
  foreign_event(world, added("s", 1, "old"));
  Stage stage(world);
  stage.start();
  stage.settle();
  CHECK_FALSE(stage.writer->ready());
  CHECK((stage.phase() == WriterStats::Phase::reading));
  stage.read();
  CHECK(stage.writer->ready());
  CHECK((stage.phase() == WriterStats::Phase::standby));
  CHECK(stage.sends() == 0);
  world.history_reads();
  const auto ticket = stage.submit(add("s", "new"));
  stage.deliver_all();
  REQUIRE(stage.accepted(ticket) != nullptr);
  CHECK(stage.accepted(ticket)->version == 2);
}

TEST_CASE("commands that come before the writer is ready wait, and are decided on everything") {
  World world;
  foreign_event(world, added("s", 1, "old"));
  Stage stage(world);
  stage.start();
  const auto refused = stage.submit(add("s", "old"));
  const auto taken = stage.submit(add("s", "new"));
  stage.settle();
  CHECK(stage.sends() == 0);
  world.history_reads();
  stage.read();
  stage.deliver_all();
  CHECK(stage.rejected(refused) != nullptr);
  REQUIRE(stage.accepted(taken) != nullptr);
  CHECK(stage.accepted(taken)->version == 2);
}

TEST_CASE("what an earlier writer had under way is void once the barrier counts") {
  World world;
  auto earlier = seal(added("s", 1, "late"));
  log::Record late{kKey, earlier.headers, earlier.value};
  log::link(late, world.truth().head(), "earlier", 0);
  Stage stage(world);
  stage.make_ready();
  world.put(late);
  stage.read();
  CHECK(world.events().empty());
  const auto ticket = stage.submit(add("s", "late"));
  stage.deliver_all();
  REQUIRE(stage.accepted(ticket) != nullptr);
  CHECK(stage.accepted(ticket)->version == 1);
}

TEST_CASE("a writer that begins at an anchor compares the head's record first") {
  World world;
  foreign_event(world, added("s", 1, "old"));
  world.history_reads();
  const auto anchor = *world.history.checkpoint(kPartition);
  SUBCASE("the same record stands there: ready, with the history knowing the rest") {
    Stage stage(world);
    stage.make_ready(anchor);
    const auto ticket = stage.submit(add("s", "old"));
    stage.deliver_all();
    CHECK(stage.rejected(ticket) != nullptr);
  }
  SUBCASE("it tells where it stands before anything has come") {
    Stage stage(world);
    stage.start(anchor);
    CHECK(stage.writer->stats().head_height.load() == anchor.head.height);
    CHECK(stage.writer->stats().head_recorded_us.load() == anchor.head.recorded_us);
  }
  SUBCASE("it is gone: halt, nothing was sent, and commands hear it") {
    world.log.truncate(kPartition, anchor.head_offset);
    Stage stage(world);
    stage.start(anchor);
    stage.read();
    CHECK(stage.writer->halted());
    CHECK(stage.sends() == 0);
    const auto ticket = stage.submit(add("s", "x"));
    REQUIRE(stage.not_stored(ticket) != nullptr);
    CHECK((stage.not_stored(ticket)->why == NotStored::Why::halted));
    CHECK(stage.is_open(stage.inquire(inquiry("k"))));
  }
  SUBCASE("another stands there: halt") {
    world.log.truncate(kPartition, anchor.head_offset);
    foreign_event(world, added("s", 1, "other"));
    Stage stage(world);
    stage.start(anchor);
    stage.read();
    CHECK(stage.writer->halted());
    CHECK(stage.sends() == 0);
  }
  SUBCASE("the log cannot be asked: not ready until it can") {
    Stage stage(world);
    stage.questions_fail = true;
    stage.start(anchor);
    stage.read();
    stage.pass(milliseconds(500));
    CHECK_FALSE(stage.writer->ready());
    stage.questions_fail = false;
    stage.pass(milliseconds(500));
    CHECK(stage.writer->ready());
  }
}

TEST_CASE("an end that no reader reaches, behind a foreign transaction's marker, stops neither start nor rejections") {
  World world;
  Stage stage(world);
  stage.markers = 1;
  stage.start();
  stage.read();
  CHECK_FALSE(stage.writer->ready());
  stage.pass(milliseconds(1'100));
  REQUIRE(stage.writer->ready());

  stage.submit(add("s", "a"));
  stage.deliver_all();
  const auto refused = stage.submit(add("s", "a"));
  stage.settle();
  SUBCASE("a barrier proves what the end cannot") {
    const auto sends = stage.sends();
    stage.pass(milliseconds(500));
    CHECK(stage.sends() == sends);
    stage.pass(milliseconds(600));
    REQUIRE(stage.sends() == sends + 1);
    CHECK(what(stage.last().record) == "barrier");
  }
  SUBCASE("or the next command") { stage.submit(add("s", "b")); }
  CHECK(stage.answer(refused) == nullptr);
  stage.deliver_all();
  CHECK(stage.rejected(refused) != nullptr);
}

TEST_CASE("a record that links and is not what its hash says halts the partition") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto flying = stage.submit(add("s", "flying"));
  stage.settle();
  auto tampered = log::make_barrier("b", "start");
  log::link(tampered, world.truth().head(), "foreigner", 0);
  tampered.headers.emplace_back("ce_extra", "1");
  world.put(tampered);
  const auto refused = stage.submit(add("s", "flying"));
  stage.settle();
  stage.read();
  CHECK(stage.writer->halted());
  CHECK(stage.is_open(flying));                     // it was sent: nobody can know
  REQUIRE(stage.not_stored(refused) != nullptr);    // it was to be refused: nothing was written
  CHECK((stage.not_stored(refused)->why == NotStored::Why::halted));
}

}  // namespace
}  // namespace ledger::stage
