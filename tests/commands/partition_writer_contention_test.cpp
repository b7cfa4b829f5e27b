// A foreign record on the committed head (protocol step 15).
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

TEST_CASE("a foreign record on the head voids all flights; commands without a key are decided again on what is so now") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto same = stage.submit(add("s", "a"));
  const auto other = stage.submit(add("s", "b"));
  stage.settle();
  foreign_event(world, added("s", 1, "a"));
  stage.store(1);   // too late: void
  stage.store(2);
  stage.read();
  stage.deliver_all();
  CHECK(stage.rejected(same) != nullptr);
  REQUIRE(stage.accepted(other) != nullptr);
  CHECK(stage.accepted(other)->version == 2);
  CHECK(world.events().size() == 2);
  CHECK(stage.writer->stats().foreign_heads == 1);
  CHECK(stage.writer->stats().speculation_discarded == 2);
}

TEST_CASE("commands with a key are answered: not stored, never decided again by themselves") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  stage.withhold_ends = true;
  const auto flying = stage.submit(add("s", "b", "key-1"));
  const auto refused = stage.submit(add("s", "a", "key-2"));
  stage.settle();
  stage.withhold_loads = true;
  const auto waiting = stage.submit(add("t", "c", "key-3"));
  stage.settle();
  const auto twin = stage.submit(add("s", "b", "key-1"));
  stage.settle();
  foreign_event(world, added("s", 2, "z"));
  stage.read();
  stage.withhold_loads = false;
  stage.deliver_all();
  for (const auto ticket : {flying, refused, waiting, twin}) {
    CAPTURE(ticket);
    REQUIRE(stage.not_stored(ticket) != nullptr);
    CHECK((stage.not_stored(ticket)->why == NotStored::Why::lost_race));
    CHECK(stage.not_stored(ticket)->retry_after_ms > 0);
  }
  CHECK(world.events().size() == 2);
}

// Another writer may have refused the same command with the record that took the head. Deciding it here after that would undo his answer.
TEST_CASE("a keyed command that waited to be decided is not decided behind a foreign head") {
  World world;
  Stage mine(world, {}, "mine");
  mine.make_ready();
  Stage yours(world, {}, "yours");
  yours.make_ready();
  mine.read();
  mine.submit(add("s", "a"));
  mine.deliver_all();
  yours.read();

  mine.withhold_loads = true;
  const auto first_try = mine.submit(add("s", "a", "key"));
  mine.settle();
  const auto second_try = yours.submit(add("s", "a", "key"));
  yours.deliver_all();
  REQUIRE(yours.rejected(second_try) != nullptr);

  mine.read();
  mine.withhold_loads = false;
  mine.deliver_all();
  REQUIRE(mine.not_stored(first_try) != nullptr);
  CHECK(world.events().size() == 1);
}

TEST_CASE("a rejection without a key that was decided on a lost past is decided again") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.withhold_ends = true;
  const auto first = stage.submit(add("s", "a"));
  const auto refused = stage.submit(add("s", "a"));
  stage.settle();
  foreign_barrier(world);
  stage.read();
  stage.withhold_ends = false;
  stage.deliver_all();
  // Both decided anew, in their order.
  CHECK(stage.accepted(first) != nullptr);
  CHECK(stage.rejected(refused) != nullptr);
  CHECK(world.events().size() == 1);
}

TEST_CASE("commands without a key are decided again until their deadline, then not stored") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto ticket = stage.submit(add("s", "a"));
  stage.settle();
  for (int n = 0; n < 40 && stage.answer(ticket) == nullptr; ++n) {
    foreign_barrier(world);
    stage.now.mono += milliseconds(100);
    stage.read();
  }
  REQUIRE(stage.not_stored(ticket) != nullptr);
  CHECK(stage.sends() >= 25);
  for (std::size_t n = 1; n < stage.sends(); ++n) stage.store(n);
  stage.read();
  CHECK(world.events().empty());
}

TEST_CASE("whoever was told that its outcome is open is not sent again behind his back") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto ticket = stage.submit(add("s", "a"));
  stage.settle();
  stage.pass(milliseconds(5'100));
  CHECK(stage.is_open(ticket));
  const auto sends = stage.sends();
  foreign_barrier(world);
  stage.read();
  stage.deliver_all();
  CHECK(world.events().empty());
  for (std::size_t n = sends; n < stage.sends(); ++n) CHECK(what(stage.sent()[n].record) == "barrier");
}

TEST_CASE("a foreign event is state at once") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.deliver_all();
  foreign_event(world, added("s", 2, "b"));
  stage.read();
  const auto ticket = stage.submit(add("s", "b"));
  stage.deliver_all();
  CHECK(stage.rejected(ticket) != nullptr);
}

}  // namespace
}  // namespace ledger::stage
