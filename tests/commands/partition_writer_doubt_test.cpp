// Doubt: resend, then a barrier, and only then "not stored" (protocol steps 17 to 20).
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

TEST_CASE("after a delivery error the flights are sent again, byte for byte, by a new sender") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a"));
  const auto second = stage.submit(add("s", "b"));
  stage.settle();
  stage.fail(1);
  stage.fail(2);
  stage.settle();
  CHECK(stage.renewals == 1);
  REQUIRE(stage.sends() == 5);
  CHECK((stage.sent()[3].record == stage.sent()[1].record));
  CHECK((stage.sent()[4].record == stage.sent()[2].record));
  SUBCASE("the copies arrive") {
    stage.deliver(3);
    stage.deliver(4);
  }
  SUBCASE("the first sends were stored after all") {
    for (std::size_t n = 1; n <= 4; ++n) stage.store(n);
    stage.read();
    stage.report(3);
    stage.report(4);
    stage.settle();
  }
  SUBCASE("one copy and one original") {
    stage.store(1);
    stage.deliver(4);
    stage.read();
  }
  REQUIRE(stage.accepted(first) != nullptr);
  CHECK(stage.accepted(second) != nullptr);
  CHECK(world.events().size() == 2);
  const auto third = stage.submit(add("s", "c"));
  stage.deliver_all();
  CHECK(stage.accepted(third) != nullptr);
  CHECK(world.events().size() == 3);
}

TEST_CASE("resending backs off, and decides nothing meanwhile") {
  World world;
  Stage stage(world);
  stage.decide_for = milliseconds(60'000);
  stage.answer_for = milliseconds(70'000);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.settle();
  stage.fail(1);
  const auto waiting = stage.submit(add("s", "b"));
  stage.settle();
  std::vector<std::size_t> resends{stage.sends() - 2};
  for (int n = 0; n < 20; ++n) {
    stage.pass(milliseconds(500));
    resends.push_back(stage.sends() - 2);
  }
  CHECK(resends.front() == 1);
  CHECK(resends.back() >= 6);
  CHECK(resends.back() <= 10);       // 0, 200, 600, 1400, 3000, then every 2000 ms
  CHECK(stage.renewals == resends.back());
  for (std::size_t n = 1; n < stage.sends(); ++n) CHECK(what(stage.sent()[n].record) == "a");
  stage.deliver(stage.sends() - 1);
  stage.deliver_all();
  CHECK(stage.accepted(waiting) != nullptr);
}

TEST_CASE("a lost first flight shows when the second is read void") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a"));
  const auto second = stage.submit(add("s", "b"));
  stage.settle();
  stage.deliver(2);   // on a predecessor that is not there
  CHECK(stage.writer->stats().own_void == 1);
  CHECK(stage.writer->stats().doubts == 1);
  CHECK(stage.answered().empty());   // a copy may still count
  REQUIRE(stage.sends() == 5);
  stage.deliver(3);
  stage.deliver(4);
  CHECK(stage.accepted(first) != nullptr);
  CHECK(stage.accepted(second) != nullptr);
  CHECK(world.events().size() == 2);
}

TEST_CASE("an own void record alone proves nothing: the original may be late") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a"));
  const auto second = stage.submit(add("s", "b"));
  stage.settle();
  stage.store(2);     // overtook the first
  stage.read();
  stage.store(1);
  stage.read();
  stage.report(1);
  stage.settle();
  CHECK(stage.accepted(first) != nullptr);
  CHECK(stage.answer(second) == nullptr);
  stage.deliver_all();
  CHECK(stage.accepted(second) != nullptr);
  CHECK(world.events().size() == 2);
}

TEST_CASE("a flight older than the bound is in doubt") {
  World world;
  WriterSettings settings;
  settings.doubt_after_ms = milliseconds(1'000);
  Stage stage(world, settings);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.settle();
  stage.pass(milliseconds(999));
  CHECK(stage.renewals == 0);
  stage.pass(milliseconds(1));
  CHECK(stage.renewals == 1);
  CHECK(stage.sends() == 3);
}

TEST_CASE("at the commands' deadline a barrier, and \"not stored\" only when it counts") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto plain = stage.submit(add("s", "a"));
  const auto keyed = stage.submit(add("s", "b", "key"));
  stage.settle();
  stage.fail(1);
  stage.fail(2);
  stage.pass(milliseconds(3'200));
  std::size_t barrier = 0;
  for (std::size_t n = 3; n < stage.sends(); ++n) {
    if (what(stage.sent()[n].record) == "barrier") barrier = n;
  }
  REQUIRE(barrier > 0);
  CHECK(stage.answer(plain) == nullptr);
  CHECK(stage.answer(keyed) == nullptr);
  stage.deliver(barrier);
  REQUIRE(stage.not_stored(plain) != nullptr);
  REQUIRE(stage.not_stored(keyed) != nullptr);
  CHECK((stage.not_stored(plain)->why == NotStored::Why::log_away));
  CHECK((stage.not_stored(keyed)->why == NotStored::Why::log_away));
  CHECK(stage.writer->stats().foreign_heads == 0);
  for (std::size_t n = 1; n < barrier; ++n) stage.store(n);   // whatever comes late is void
  stage.read();
  CHECK(world.events().empty());
  const auto next = stage.submit(add("s", "c"));
  stage.deliver_all();
  REQUIRE(stage.accepted(next) != nullptr);
  CHECK(stage.accepted(next)->version == 1);
}

TEST_CASE("a flight that takes the head before the barrier is the command, and another barrier follows for the rest") {
  World world;
  Stage stage(world);
  stage.answer_for = milliseconds(10'000);
  stage.make_ready();
  const auto first = stage.submit(add("s", "a"));
  const auto second = stage.submit(add("s", "b"));
  stage.settle();
  stage.fail(1);
  stage.fail(2);
  stage.pass(milliseconds(3'200));
  const auto barrier = stage.sends() - 1;
  REQUIRE(what(stage.last().record) == "barrier");
  stage.store(1);
  stage.store(barrier);
  stage.read();
  stage.report(barrier);
  stage.settle();
  CHECK(stage.accepted(first) != nullptr);
  CHECK(stage.answer(second) == nullptr);
  stage.pass(milliseconds(2'100));
  REQUIRE(stage.sends() > barrier + 1);
  REQUIRE(what(stage.last().record) == "barrier");
  stage.deliver(stage.sends() - 1);
  CHECK(stage.not_stored(second) != nullptr);
  CHECK(world.events().size() == 1);
}

TEST_CASE("the log is away: open, and an inquiry tells the outcome when the log is back") {
  World world;
  Stage stage(world);
  stage.make_ready();
  const auto ticket = stage.submit(add("s", "a", "key"));
  const auto waiting = stage.submit(add("t", "x"));
  stage.settle();
  stage.withhold_loads = true;
  const auto late = stage.submit(add("u", "x"));
  stage.settle();
  stage.fail(1);
  stage.questions_fail = true;
  stage.pass(milliseconds(5'100));
  CHECK(stage.is_open(ticket));
  CHECK(stage.is_open(waiting));
  REQUIRE(stage.not_stored(late) != nullptr);      // it was never sent
  stage.withhold_loads = false;
  const auto asked_early = stage.inquire(inquiry("key"));
  stage.pass(milliseconds(5'100));
  CHECK(stage.is_open(asked_early));
  stage.questions_fail = false;
  const auto asked = stage.inquire(inquiry("key"));
  SUBCASE("it was stored") {
    stage.store(1);
    stage.read();
    stage.pass(milliseconds(2'000));
    stage.deliver_all();
    stage.pass(milliseconds(2'000));
    REQUIRE(stage.accepted(asked) != nullptr);
    CHECK(stage.accepted(asked)->replayed);
    CHECK(world.events().size() >= 1);
  }
  SUBCASE("a barrier took its place") {
    REQUIRE(what(stage.last().record) == "barrier");
    stage.deliver(stage.sends() - 1);
    for (int n = 0; n < 5 && stage.answer(asked) == nullptr; ++n) {
      stage.pass(milliseconds(10));
      for (std::size_t last = stage.sends() - 1; !stage.sent()[last].reported; last = stage.sends() - 1) stage.deliver(last);
    }
    REQUIRE(stage.absent(asked) != nullptr);
    for (std::size_t n = 1; n < stage.sends(); ++n) {
      if (!stage.sent()[n].stored) stage.store(n);
    }
    stage.read();
    CHECK(world.events().empty());
  }
}

TEST_CASE("a sender that is broken while nothing flies is renewed all the same") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.taken = log::Taken::broken;
  const auto ticket = stage.submit(add("s", "a"));
  SUBCASE("renewing mends it") {
    stage.pass(milliseconds(500));
    CHECK(stage.renewals == 1);
  }
  SUBCASE("renewing does not mend it for a while") {
    stage.renewal_mends = false;
    stage.pass(milliseconds(1'000));
    CHECK(stage.renewals >= 2);
    CHECK(stage.renewals <= 10);
    CHECK(stage.ticks() < 100);
    stage.renewal_mends = true;
    stage.pass(milliseconds(1'000));
  }
  stage.deliver_all();
  CHECK(stage.accepted(ticket) != nullptr);
  CHECK(world.events().size() == 1);
}

TEST_CASE("a broken sender in front of the start's barrier") {
  World world;
  Stage stage(world);
  stage.taken = log::Taken::broken;
  stage.start();
  stage.read();
  stage.pass(milliseconds(500));
  stage.deliver_all();
  CHECK(stage.writer->ready());
}

TEST_CASE("the errors of an abandoned sender throw nobody into doubt again") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.settle();
  stage.pass(milliseconds(3'001));   // in doubt by age: sent again
  REQUIRE(stage.sends() == 3);
  stage.deliver(2);
  const auto next = stage.submit(add("s", "b"));
  stage.settle();
  stage.fail(1, "the sender was renewed");   // about what counts already
  stage.settle();
  CHECK(stage.writer->stats().doubts == 1);
  CHECK(stage.renewals == 1);
  stage.deliver_all();
  CHECK(stage.accepted(next) != nullptr);
}

TEST_CASE("the errors of flights that a foreign head made void do not matter") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.submit(add("s", "a"));
  stage.settle();
  foreign_barrier(world);
  stage.read();
  REQUIRE(stage.sends() == 3);
  stage.fail(1);
  stage.settle();
  CHECK(stage.writer->stats().doubts == 0);
}

}  // namespace
}  // namespace ledger::stage
