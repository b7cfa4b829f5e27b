// Rejections that are safe, idempotency keys, inquiries (protocol steps 11, 14 and 20).
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

TEST_CASE("a rejection without a key waits for the flights it was decided on, and an end asked for after it came") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.withhold_ends = true;
  const auto first = stage.submit(add("s", "a"));
  stage.settle();
  const auto refused = stage.submit(add("s", "a"));
  stage.settle();
  CHECK(stage.ends_waiting == 1);
  SUBCASE("the flight counts first") {
    stage.deliver(1);
    CHECK(stage.accepted(first) != nullptr);
    CHECK(stage.answer(refused) == nullptr);
    stage.withhold_ends = false;
    stage.settle();
  }
  SUBCASE("the end comes first") {
    stage.withhold_ends = false;
    stage.settle();
    CHECK(stage.answer(refused) == nullptr);
    stage.deliver(1);
  }
  REQUIRE(stage.rejected(refused) != nullptr);
  CHECK((stage.rejected(refused)->code == Code::already_exists));
  CHECK(stage.sends() == 2);   // no barrier was needed
}

TEST_CASE("an end asked for before the rejection came does not serve it; one asked for after serves all") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  const auto asked = stage.ends_asked;
  stage.withhold_ends = true;
  const auto early = stage.submit(add("s", "a"));
  stage.settle();
  CHECK(stage.ends_asked == asked + 1);
  const auto late_1 = stage.submit(add("s", "a"));
  const auto late_2 = stage.submit(add("s", "a"));
  stage.settle();
  CHECK(stage.ends_asked == asked + 1);   // one question at a time
  stage.answer_end();
  stage.writer->advance(stage.now);
  CHECK(stage.rejected(early) != nullptr);
  CHECK(stage.answer(late_1) == nullptr);
  CHECK(stage.ends_asked == asked + 2);
  stage.answer_end();
  stage.writer->advance(stage.now);
  CHECK(stage.rejected(late_1) != nullptr);
  CHECK(stage.rejected(late_2) != nullptr);
}

TEST_CASE("a rejection without a key waits until the partition is read to that end") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  const auto refused = stage.submit(add("s", "a"));
  world.put(log::Record{"", {}, "noise"});   // somebody's record that is not read yet
  stage.settle();
  CHECK(stage.answer(refused) == nullptr);
  stage.read();
  CHECK(stage.rejected(refused) != nullptr);
}

TEST_CASE("a rejection with a key waits until a record that I sent after deciding counts") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  const auto sends = stage.sends();
  const auto refused = stage.submit(add("s", "a", "key"));
  SUBCASE("a barrier when no command came") {
    stage.settle();
    REQUIRE(stage.sends() == sends + 1);
    CHECK(what(stage.last().record) == "barrier");
    CHECK(stage.last().record.header("ce_barrierreason") == "answer");
    CHECK(stage.answer(refused) == nullptr);
  }
  SUBCASE("the next command, without a barrier") {
    const auto next = stage.submit(add("s", "b"));
    stage.settle();
    REQUIRE(stage.sends() == sends + 1);
    CHECK(what(stage.last().record) == "b");
    CHECK(stage.answer(refused) == nullptr);
    stage.deliver_all();
    CHECK(stage.accepted(next) != nullptr);
  }
  stage.deliver_all();
  CHECK(stage.rejected(refused) != nullptr);
}

TEST_CASE("a flight that was sent before deciding does not make a keyed rejection safe") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a"));
  stage.settle();
  const auto refused = stage.submit(add("s", "a", "key"));
  stage.settle();
  REQUIRE(stage.sends() == 3);
  stage.deliver(1);
  CHECK(stage.accepted(first) != nullptr);
  CHECK(stage.answer(refused) == nullptr);
  stage.deliver(2);
  CHECK(stage.rejected(refused) != nullptr);
}

TEST_CASE("one barrier serves all keyed rejections that wait, at most one in 5 ms") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  stage.pass(milliseconds(10));
  const auto sends = stage.sends();
  std::vector<Ticket> tickets;
  for (int n = 0; n < 10; ++n) tickets.push_back(stage.submit(add("s", "a", "key-" + std::to_string(n))));
  stage.settle();
  CHECK(stage.sends() == sends + 1);
  const auto second = stage.submit(add("s", "a", "another"));
  stage.settle();
  CHECK(stage.sends() == sends + 1);   // too soon
  stage.pass(milliseconds(4));
  CHECK(stage.sends() == sends + 1);
  stage.pass(milliseconds(2));
  CHECK(stage.sends() == sends + 2);
  stage.deliver_all();
  for (const auto ticket : tickets) CHECK(stage.rejected(ticket) != nullptr);
  CHECK(stage.rejected(second) != nullptr);
  CHECK(stage.writer->stats().barriers_answer == 2);
}

TEST_CASE("what is already so is told as carefully as a rejection") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.settle();
  const auto already = stage.submit(ensure("s", "a"));
  stage.settle();
  CHECK(stage.answer(already) == nullptr);
  stage.deliver_all();
  REQUIRE(stage.accepted(already) != nullptr);
  CHECK_FALSE(stage.accepted(already)->event);
  CHECK(stage.accepted(already)->version == 1);
  CHECK(stage.accepted(already)->position.height == 2);
}

TEST_CASE("the same key with the same body gets the first answer") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a", "key"));
  stage.settle();
  const auto in_flight = stage.submit(add("s", "a", "key"));
  stage.settle();
  CHECK(stage.sends() == 2);
  CHECK(stage.answer(in_flight) == nullptr);
  stage.store(1);
  stage.read();
  const auto unreported = stage.submit(add("s", "a", "key"));
  stage.settle();
  CHECK(stage.answer(in_flight) == nullptr);      // it counts, but the log has not confirmed it
  CHECK(stage.answer(unreported) == nullptr);
  stage.report(1);
  stage.settle();
  const auto in_tail = stage.submit(add("s", "a", "key"));
  stage.settle();
  world.history_reads();
  stage.writer->on_history_checkpoint(*world.history.checkpoint(kPartition));
  stage.submit(add("s", "b"));
  stage.deliver_all();                            // pushes the event off the tail's end
  world.history_reads();
  stage.writer->on_history_checkpoint(*world.history.checkpoint(kPartition));
  const auto in_history = stage.submit(add("s", "a", "key"));
  stage.deliver_all();
  REQUIRE(stage.accepted(first) != nullptr);
  CHECK_FALSE(stage.accepted(first)->replayed);
  for (const auto ticket : {in_flight, unreported, in_tail, in_history}) {
    CAPTURE(ticket);
    REQUIRE(stage.accepted(ticket) != nullptr);
    CHECK(stage.accepted(ticket)->replayed);
    CHECK((stage.accepted(ticket)->position == stage.accepted(first)->position));
    CHECK(stage.accepted(ticket)->version == 1);
    CHECK((stage.accepted(ticket)->event->meta.event_id == stage.accepted(first)->event->meta.event_id));
  }
  CHECK(world.events().size() == 2);
}

TEST_CASE("the same key with another body is refused, wherever the first one is") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a", "key"));
  stage.settle();
  const auto in_flight = stage.submit(add("s", "b", "key", "other"));
  stage.deliver_all();
  CHECK(stage.accepted(first) != nullptr);
  const auto in_tail = stage.submit(add("s", "b", "key", "other"));
  stage.settle();
  world.history_reads();
  const auto anchor = *world.history.checkpoint(kPartition);
  Stage restarted(world);
  restarted.make_ready(anchor);
  const auto in_history = restarted.submit(add("s", "b", "key", "other"));
  restarted.deliver_all();
  for (const auto* rejection : {stage.rejected(in_flight), stage.rejected(in_tail), restarted.rejected(in_history)}) {
    REQUIRE(rejection != nullptr);
    CHECK((rejection->code == Code::key_reused));
  }
  CHECK(world.events().size() == 1);
}

TEST_CASE("a key in memory needs no history and no state") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a", "key"));
  stage.deliver_all();
  world.history.fail("the database is away");
  // The same key came with another stream, which is not in memory.
  const auto reused = stage.submit(add("unknown", "b", "key", "other"));
  const auto asked = stage.inquire(inquiry("key"));
  stage.deliver_all();
  REQUIRE(stage.rejected(reused) != nullptr);
  CHECK((stage.rejected(reused)->code == Code::key_reused));
  CHECK(stage.accepted(asked) != nullptr);
}

TEST_CASE("the key of a flight that became void is free again") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto lost = stage.submit(add("s", "a", "key"));
  stage.settle();
  foreign_barrier(world);
  stage.read();
  REQUIRE(stage.not_stored(lost) != nullptr);
  const auto again = stage.submit(add("s", "a", "key"));
  stage.deliver_all();
  REQUIRE(stage.accepted(again) != nullptr);
  CHECK_FALSE(stage.accepted(again)->replayed);
  CHECK(world.events().size() == 1);
}

TEST_CASE("no key is forgotten when the tail is trimmed between looking for it and deciding") {
  World world;
  Stage stage(world);
  stage.make_ready();
  // The twin flies while the second one, of another stream, waits for its second load.
  stage.withhold_loads = true;
  const auto first = stage.submit(add("s", "a", "key"));
  Proposal other = claim_next("t");
  other.key = CommandKey{"key", "other"};
  const auto second = stage.submit(std::move(other));
  stage.settle();
  REQUIRE(stage.loads.size() == 1);
  stage.answer_load();
  stage.settle();
  while (!stage.sent().back().reported && what(stage.last().record) == "a") stage.deliver(stage.sends() - 1);
  world.history_reads();
  stage.writer->on_history_checkpoint(*world.history.checkpoint(kPartition));
  stage.withhold_loads = false;
  stage.deliver_all();
  CHECK(stage.accepted(first) != nullptr);
  REQUIRE(stage.rejected(second) != nullptr);
  CHECK((stage.rejected(second)->code == Code::key_reused));
  CHECK(world.events().size() == 1);
}

TEST_CASE("an inquiry is told what counts, or that nothing does and nothing will") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a", "key"));
  stage.settle();
  const auto flying = stage.inquire(inquiry("key"));
  const auto nothing = stage.inquire(inquiry("unknown"));
  stage.settle();
  CHECK(stage.answered().empty());
  stage.deliver_all();
  REQUIRE(stage.accepted(flying) != nullptr);
  CHECK(stage.accepted(flying)->replayed);
  REQUIRE(stage.absent(nothing) != nullptr);
  CHECK(stage.absent(nothing)->position.height == world.truth().head().height - 1);   // below the barrier that proves it
}

TEST_CASE("'absent' does not speak for a command that came after the question") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto question = stage.inquire(inquiry("key"));
  stage.settle();                                                                      // a barrier is on its way behind it
  const auto later = stage.submit(add("s", "a", "key"));
  stage.settle();
  for (std::size_t n = stage.sends() - 2; n < stage.sends(); ++n) stage.store(n);
  stage.report_all();
  stage.read();                                                                        // both at once
  REQUIRE(stage.absent(question) != nullptr);
  REQUIRE(stage.accepted(later) != nullptr);
  CHECK(stage.absent(question)->position < stage.accepted(later)->position);
}

TEST_CASE("a key that the server made is not looked for, holds nothing back, and can be asked about") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  const auto loads = stage.loads_asked;
  const auto sends = stage.sends();
  Proposal taken = add("s", "b", "made-1");
  taken.key->made_by_server = true;
  Proposal refused = add("s", "a", "made-2");
  refused.key->made_by_server = true;
  const auto first = stage.submit(std::move(taken));
  const auto second = stage.submit(std::move(refused));
  stage.settle();
  CHECK(stage.loads_asked == loads);
  CHECK(stage.sends() == sends + 1);
  stage.deliver_all();
  CHECK(stage.accepted(first) != nullptr);
  CHECK(stage.rejected(second) != nullptr);
  CHECK(stage.sends() == sends + 1);   // no barrier for the rejection
  const auto asked = stage.inquire(inquiry("made-1"));
  stage.deliver_all();
  CHECK(stage.accepted(asked) != nullptr);
}

}  // namespace
}  // namespace ledger::stage
