// No wait spins: next_tick names a moment to come, and a state that only the world can change does not ask for one again and again.
#include "tests/commands/stage.hpp"

namespace ledger::stage {
namespace {

using namespace words;

// What a writer that waits may tick at most, in a second: deadlines are looked at every 50 ms.
constexpr std::size_t kWaitingTicks = 25;

TEST_CASE("an idle writer wakes for nothing but the head's comparison") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.pass(milliseconds(10 * 60'000));
  CHECK(stage.ticks() <= 21);
  CHECK(stage.writer->stats().head_comparisons >= 19);
}

TEST_CASE("waiting ticks are bounded in every state") {
  World world;
  WriterSettings settings;
  Stage stage(world, settings);
  stage.decide_for = milliseconds(30'000);
  stage.answer_for = milliseconds(40'000);
  SUBCASE("before the log's end is known") {
    stage.withhold_ends = true;
    stage.start();
    stage.read();
  }
  SUBCASE("the log cannot be asked for its end") {
    stage.questions_fail = true;
    stage.start();
    stage.read();
  }
  SUBCASE("taking over, and the end is not told") {
    stage.stand_by();
    stage.withhold_ends = true;
    stage.writer->assume(stage.now);
    stage.settle();
  }
  SUBCASE("taking over, and the log cannot be asked") {
    stage.stand_by();
    stage.questions_fail = true;
    stage.writer->assume(stage.now);
    stage.settle();
  }
  SUBCASE("the take-over's barrier is on its way") {
    stage.stand_by();
    stage.writer->assume(stage.now);
    stage.settle();
    REQUIRE(stage.sends() == 1);
  }
  SUBCASE("a release whose flight does not land") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.settle();
    stage.writer->release(stage.now);
    stage.settle();
  }
  SUBCASE("a flight") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.settle();
  }
  SUBCASE("counted, and the report does not come") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.settle();
    stage.store(1);
    stage.read();
  }
  SUBCASE("a keyed rejection whose barrier is on its way") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.deliver_all();
    stage.submit(add("s", "a", "key"));
    stage.settle();
  }
  SUBCASE("a rejection whose end is not told") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.deliver_all();
    stage.withhold_ends = true;
    stage.submit(add("s", "a"));
    stage.settle();
  }
  SUBCASE("a rejection while the log cannot be asked") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.deliver_all();
    stage.questions_fail = true;
    stage.submit(add("s", "a"));
    stage.settle();
  }
  SUBCASE("a load under way") {
    stage.make_ready();
    stage.withhold_loads = true;
    stage.submit(add("s", "a"));
    stage.settle();
  }
  SUBCASE("doubt") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.settle();
    stage.fail(1);
  }
  SUBCASE("doubt, with a sender that stays broken") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.settle();
    stage.fail(1);
    stage.taken = log::Taken::broken;
    stage.renewal_mends = false;
  }
  SUBCASE("a comparison of heads under way") {
    stage.make_ready();
    stage.withhold_reads_at = true;
    stage.writer->on_disturbance(log::Disturbance::reconnected);
  }
  const auto before = stage.ticks();
  stage.pass(milliseconds(2'000));
  CHECK(stage.ticks() - before <= 2 * kWaitingTicks + 20);
}

TEST_CASE("a full sender is asked every millisecond, not more") {
  World world;
  Stage stage(world);
  stage.make_ready();
  stage.taken = log::Taken::full;
  stage.submit(add("s", "a"));
  stage.settle();
  stage.pass(milliseconds(1'000));
  CHECK(stage.ticks() <= 1'010);
}

TEST_CASE("every command is answered at its deadline, whatever it waits for") {
  World world;
  Stage stage(world);
  Ticket ticket = 0;
  bool sent = false;
  SUBCASE("the partition is not read yet") {
    stage.withhold_ends = true;
    stage.start();
    stage.read();
    ticket = stage.submit(add("s", "a"));
  }
  SUBCASE("a load") {
    stage.make_ready();
    stage.withhold_loads = true;
    ticket = stage.submit(add("s", "a"));
  }
  SUBCASE("a full sender") {
    stage.make_ready();
    stage.taken = log::Taken::full;
    ticket = stage.submit(add("s", "a"));
  }
  SUBCASE("a flight") {
    stage.make_ready();
    ticket = stage.submit(add("s", "a"));
    sent = true;
  }
  SUBCASE("a rejection") {
    stage.make_ready();
    stage.submit(add("s", "a"));
    stage.deliver_all();
    stage.withhold_ends = true;
    ticket = stage.submit(add("s", "a"));
  }
  SUBCASE("an inquiry") {
    stage.make_ready();
    ticket = stage.inquire(inquiry("key"));
    sent = true;   // nobody can know
  }
  stage.settle();
  stage.pass(milliseconds(5'100));
  REQUIRE(stage.answer(ticket) != nullptr);
  CHECK(stage.is_open(ticket) == sent);
  CHECK((stage.not_stored(ticket) != nullptr) == !sent);
}

}  // namespace
}  // namespace ledger::stage
