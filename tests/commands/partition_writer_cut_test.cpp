// The log cut underneath a live writer (protocol step 8).
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

struct Acknowledged {
  World world;
  Stage stage{world};
  log::Offset head = 0;
  Acknowledged() {
    stage.make_ready();
    const auto ticket = stage.submit(add("s", "a"));
    stage.deliver_all();
    REQUIRE(stage.accepted(ticket) != nullptr);
    head = world.end() - 1;
  }
  void cut() { world.log.truncate(kPartition, head); }
  void check_halted() {
    CHECK(stage.writer->halted());
    CHECK(stage.writer->halt_reason().find("cut underneath") != std::string::npos);
    const auto refused = stage.submit(add("s", "c"));
    REQUIRE(stage.not_stored(refused) != nullptr);
    CHECK((stage.not_stored(refused)->why == NotStored::Why::halted));
    const auto sends = stage.sends();
    stage.pass(milliseconds(60'000));
    CHECK(stage.sends() == sends);
  }
};

TEST_CASE_FIXTURE(Acknowledged, "an idle writer finds out within 30 s") {
  cut();
  stage.pass(milliseconds(29'000));
  CHECK_FALSE(stage.writer->halted());
  stage.pass(milliseconds(2'000));
  check_halted();
}

TEST_CASE_FIXTURE(Acknowledged, "a disturbance makes it look at once") {
  cut();
  world.log.disturb(kPartition, log::Disturbance::leader_changed);
  stage.read();
  check_halted();
}

TEST_CASE_FIXTURE(Acknowledged, "a disturbance makes it look again when it was looking already, and is told what was so before") {
  stage.withhold_reads_at = true;
  stage.writer->on_disturbance(log::Disturbance::leader_changed);
  const auto before = world.log.at(kPartition, head, milliseconds(0));
  cut();
  stage.writer->on_disturbance(log::Disturbance::leader_changed);
  stage.reads_at_waiting.clear();
  stage.writer->on_read_at(head, before, stage.now);
  CHECK_FALSE(stage.writer->halted());
  stage.withhold_reads_at = false;
  stage.settle();
  check_halted();
}

TEST_CASE_FIXTURE(Acknowledged, "a cut behind the head that has grown again is found out, though the head is there") {
  const log::Record copy = world.log.stored(kPartition).back().record;
  world.put(copy);
  world.put(copy);                        // void both, and read
  stage.read();
  world.log.truncate(kPartition, head + 1);
  SUBCASE("when something counts where nothing did") {
    foreign_event(world, added("s", 2, "z"));
    world.put(copy);                      // the last record is what it was
  }
  SUBCASE("when something counts where nothing did, and more follows it") {
    for (const std::uint64_t version : {2U, 3U, 4U}) foreign_event(world, added("s", version, std::to_string(version)));
  }
  SUBCASE("when one of them is gone") { world.put(copy); }
  world.log.disturb(kPartition, log::Disturbance::leader_changed);
  stage.read();
  check_halted();
}

TEST_CASE_FIXTURE(Acknowledged, "void records behind the head that others have taken the place of are no loss") {
  const log::Record copy = world.log.stored(kPartition).back().record;
  world.put(copy);
  stage.read();
  world.log.truncate(kPartition, head + 1);
  world.put(log::make_barrier("unlinked", "noise"));
  stage.writer->on_disturbance(log::Disturbance::leader_changed);
  stage.settle();
  CHECK_FALSE(stage.writer->halted());
}

TEST_CASE_FIXTURE(Acknowledged, "the head it began behind is compared until the log has answered, whatever was read meanwhile") {
  world.history_reads();
  const auto anchor = *world.history.checkpoint(kPartition);
  const log::Record next = [&] {
    foreign_event(world, added("s", 2, "z"));
    return world.log.stored(kPartition).back().record;
  }();
  cut();
  world.put(log::make_barrier("unlinked", "noise"));   // where the head was
  world.put(next);                                     // and what follows it
  Stage other(world, {}, "other");
  other.questions_fail = true;
  other.start(anchor);
  other.read();
  other.questions_fail = false;
  other.pass(milliseconds(2'000));
  CHECK(other.writer->halted());
}

TEST_CASE_FIXTURE(Acknowledged, "a disturbance on a healthy log changes nothing") {
  world.log.disturb(kPartition, log::Disturbance::reconnected);
  stage.read();
  CHECK_FALSE(stage.writer->halted());
  CHECK(stage.writer->stats().head_comparisons == 1);
  CHECK(stage.writer->stats().head_mismatches == 0);
}

TEST_CASE_FIXTURE(Acknowledged, "a log that cannot be asked is no cut log") {
  stage.questions_fail = true;
  world.log.disturb(kPartition, log::Disturbance::reconnected);
  stage.read();
  stage.pass(milliseconds(90'000));
  CHECK_FALSE(stage.writer->halted());
}

TEST_CASE_FIXTURE(Acknowledged, "a comparison that the log did not answer is made up for soon") {
  cut();
  stage.questions_fail = true;
  world.log.disturb(kPartition, log::Disturbance::reconnected);
  stage.read();
  stage.questions_fail = false;
  stage.pass(milliseconds(500));
  CHECK_FALSE(stage.writer->halted());
  stage.pass(milliseconds(1'000));
  check_halted();
}

TEST_CASE_FIXTURE(Acknowledged, "a record whose predecessor was never seen makes it look") {
  cut();
  foreign_barrier(world);                 // a foreigner goes on from the cut: takes the head's offset again
  auto grown = foreign_event(world, added("s", 1, "z"));
  CHECK(grown.height > 0);
  stage.read();                           // the record behind it follows one that this reader never saw
  check_halted();
}

TEST_CASE_FIXTURE(Acknowledged, "a report at an offset that was given before makes it look") {
  const auto flying = stage.submit(add("s", "b"));
  stage.settle();
  cut();
  stage.store(stage.sends() - 1);         // takes the offset of the head
  stage.report(stage.sends() - 1);
  stage.settle();
  check_halted();
  CHECK(stage.is_open(flying));
}

TEST_CASE_FIXTURE(Acknowledged, "a log that ends before what was read halts it, though its head is there: what grows in between would never be read") {
  world.log.put(kPartition, world.log.stored(kPartition).back().record);   // void
  stage.read();
  world.log.truncate(kPartition, head + 1);
  stage.read();
  CHECK(stage.writer->halted());
  CHECK(stage.writer->halt_reason().find("the record at offset " + std::to_string(head + 1) + ", behind height") != std::string::npos);
  CHECK(stage.writer->halt_reason().find("promptledger heal") != std::string::npos);
}

TEST_CASE_FIXTURE(Acknowledged, "a reader whose place lies behind the log's end halts it, though all that it was given is there") {
  stage.writer->on_disturbance(log::Disturbance::offset_out_of_range);   // what no reader is given, a marker, stood there and is gone
  stage.settle();
  CHECK(stage.writer->halt_reason().find("the log ends before offset " + std::to_string(head + 1)) != std::string::npos);
  check_halted();
}

TEST_CASE_FIXTURE(Acknowledged, "a beginning that retention deleted does not matter to what is read, but a deleted head does") {
  world.log.trim(kPartition, head);
  world.log.disturb(kPartition, log::Disturbance::reconnected);
  stage.read();
  CHECK_FALSE(stage.writer->halted());
  world.log.trim(kPartition, head + 1);
  world.log.disturb(kPartition, log::Disturbance::reconnected);
  stage.read();
  check_halted();
}

}  // namespace
}  // namespace ledger::stage
