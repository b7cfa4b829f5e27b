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

// --- Giving way (protocol step 16) ---

// Another's record on the head, while commands of mine fly.
void lose_a_race(World& world, Stage& stage) {
  foreign_barrier(world);
  stage.read();
}

TEST_CASE("a lost race: it looks who has the partition, and keeps one flight at a time until it has been quiet") {
  World world;
  Stage stage(world);
  stage.make_ready();
  for (int n = 0; n < 3; ++n) stage.submit(add("s", "w" + std::to_string(n)));
  stage.settle();
  CHECK(stage.sends() == 4);
  lose_a_race(world, stage);
  CHECK(stage.assignment_checks == 1);
  CHECK(stage.writer->stats().races_lost == 1);
  CHECK(stage.sends() == 5);                               // one of the three
  stage.deliver(4);
  CHECK(stage.sends() == 6);
  stage.pass(milliseconds(250));
  stage.submit(add("s", "w4"));
  stage.settle();
  CHECK(stage.sends() == 8);                               // the third, and the new one behind it
}

TEST_CASE("a foreign head while nothing flies is no lost race") {
  World world;
  Stage stage(world);
  stage.make_ready();
  for (int n = 0; n < 5; ++n) lose_a_race(world, stage);
  CHECK(stage.assignment_checks == 0);
  CHECK(stage.writer->stats().races_lost == 0);
  CHECK(stage.writer->stats().foreign_heads == 5);
}

TEST_CASE("three races lost in a row, in 100 ms: commands are given to the winner for a while") {
  World world;
  Stage stage(world);
  stage.reachable = {"foreigner"};
  stage.make_ready();
  const auto ticket = stage.submit(add("s", "a"));
  auto fixed = add("t", "b");
  fixed.movable = false;
  const auto here = stage.submit(std::move(fixed));
  stage.settle();
  SUBCASE("three") {
    for (int n = 0; n < 3; ++n) lose_a_race(world, stage);
    CHECK(stage.yields == std::vector<std::string>{"foreigner"});
    REQUIRE(stage.not_stored(ticket) != nullptr);
    CHECK((stage.not_stored(ticket)->why == NotStored::Why::moved));
    stage.deliver_all();
    CHECK(stage.accepted(here) != nullptr);                // it was given on already
    CHECK(stage.accepted(stage.submit(add("s", "c"))) == nullptr);
    stage.pass(milliseconds(1'100));
    const auto later = stage.submit(add("s", "d"));
    stage.deliver_all();
    CHECK(stage.accepted(later) != nullptr);
    return;
  }
  SUBCASE("two are not enough") {
    for (int n = 0; n < 2; ++n) lose_a_race(world, stage);
  }
  SUBCASE("nor three over a longer time") {
    for (int n = 0; n < 5; ++n) {
      stage.pass(milliseconds(60));
      lose_a_race(world, stage);
    }
  }
  SUBCASE("nor three with a success between them") {
    for (int n = 0; n < 2; ++n) lose_a_race(world, stage);
    const auto between = stage.submit(add("u", "x"));
    stage.deliver_all();
    REQUIRE(stage.accepted(between) != nullptr);
    stage.submit(add("u", "y"));
    stage.settle();
    lose_a_race(world, stage);
  }
  SUBCASE("nor when there is no way to the winner") {
    stage.reachable.clear();
    for (int n = 0; n < 4; ++n) lose_a_race(world, stage);
  }
  CHECK(stage.yields.empty());
  stage.deliver_all();
  CHECK(stage.accepted(ticket) != nullptr);
  CHECK(stage.accepted(here) != nullptr);
}

TEST_CASE("told not to give way, it does as if nothing were") {
  World world;
  WriterSettings settings;
  settings.contention_yield = false;
  Stage stage(world, settings);
  stage.reachable = {"foreigner"};
  stage.make_ready();
  for (int n = 0; n < 3; ++n) stage.submit(add("s", "w" + std::to_string(n)));
  stage.settle();
  for (int n = 0; n < 4; ++n) lose_a_race(world, stage);
  CHECK(stage.yields.empty());
  CHECK(stage.sends() == 4 + 4 * 3);                       // all three again, each time
}

// --- A command whose outcome somebody asks for elsewhere (CommandKey::once) ---

TEST_CASE("a forwarded command without a client's key is not looked up, and never decided again") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto forwarded = [](const std::string& stream, const std::string& word, const std::string& key) {
    auto proposal = add(stream, word);
    proposal.key = CommandKey{key, "", true, true};
    return proposal;
  };
  const auto first = stage.submit(forwarded("s", "a", "made-1"));
  stage.settle();
  CHECK(stage.loads_asked == 1);
  stage.deliver_all();
  CHECK(stage.accepted(first) != nullptr);
  const auto flying = stage.submit(forwarded("s", "b", "made-2"));
  stage.settle();
  CHECK(stage.loads_asked == 1);                           // its stream is known, and its key is new
  stage.withhold_ends = true;
  const auto refused = stage.submit(forwarded("s", "a", "made-3"));
  stage.settle();
  stage.withhold_loads = true;
  const auto waiting = stage.submit(forwarded("t", "c", "made-4"));
  stage.settle();
  foreign_barrier(world);
  stage.read();
  for (const auto ticket : {flying, refused, waiting}) {
    CAPTURE(ticket);
    REQUIRE(stage.not_stored(ticket) != nullptr);
    CHECK((stage.not_stored(ticket)->why == NotStored::Why::lost_race));
  }
  CHECK(world.events().size() == 1);
}

// It would be told that nothing is there, and then the command takes effect.
TEST_CASE("an inquiry waits for a command with the same key that is not decided yet") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.withhold_loads = true;
  stage.submit(claim_next("s"));                           // reads again when it knows what
  auto forwarded = add("s", "a");
  forwarded.key = CommandKey{"made", "", true, true};
  const auto command = stage.submit(std::move(forwarded));  // behind it, on the same stream
  const auto question = stage.inquire(inquiry("made"));
  stage.settle();
  stage.answer_load();
  stage.settle();
  REQUIRE(stage.loads.size() == 1);                        // the second, for the first command
  const auto sends = stage.sends();
  stage.deliver_all();
  CHECK(stage.sends() == sends);
  CHECK(stage.answer(question) == nullptr);
  SUBCASE("it takes effect") {
    stage.withhold_loads = false;
    stage.deliver_all();
    REQUIRE(stage.accepted(command) != nullptr);
    REQUIRE(stage.accepted(question) != nullptr);
    CHECK(stage.accepted(question)->position == stage.accepted(command)->position);
  }
  SUBCASE("it loses a race, and is absent") {
    foreign_barrier(world);
    stage.read();
    stage.withhold_loads = false;
    stage.deliver_all();
    CHECK(stage.not_stored(command) != nullptr);
    CHECK(stage.absent(question) != nullptr);
  }
}

}  // namespace
}  // namespace ledger::stage
