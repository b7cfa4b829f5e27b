#include "projections/follower.hpp"

#include <doctest/doctest.h>

#include <future>

#include "tests/projections/chain.hpp"

using namespace ledger;
using namespace ledger::test;
using namespace std::chrono_literals;
using projections::Applied;
using projections::Follower;

namespace {

constexpr auto kPatience = 60s;   // of a test that would fail; none waits so long

bool is_note(const Applied& applied) { return applied.event && applied.event->stream.kind == "note"; }

std::vector<projections::Start> whole_partition() { return {{.partition = {kPromptsTopic, 0}}}; }

}  // namespace

TEST_CASE("a batch that has nothing for the reader waits for something that is") {
  Chain chain;
  Follower follower{chain.log, whole_partition(), {}, is_note};
  const auto last_foreign = chain.barrier();

  SUBCASE("and closes when it comes") {
    auto batch = std::async(std::launch::async, [&] { return follower.next({.max_ms = 1ms, .unconcerned_ms = kPatience}); });
    CHECK(batch.wait_for(50ms) == std::future_status::timeout);
    chain.append(note("a", 1, "x"));
    REQUIRE(batch.wait_for(kPatience / 2) == std::future_status::ready);
    const auto followed = batch.get();
    CHECK(followed.counted.size() == 3);   // the genesis and the barrier with it
    CHECK(followed.concerns);
  }
  SUBCASE("for so long, and then moves on by itself") {
    const auto followed = follower.next({.max_ms = 1ms, .unconcerned_ms = 20ms});
    CHECK(followed.counted.size() == 2);
    CHECK_FALSE(followed.concerns);
    CHECK(followed.to.at({kPromptsTopic, 0}).head.height == last_foreign.height);
  }
  SUBCASE("and no longer than it is full") {
    const auto followed = follower.next({.max_records = 2, .max_ms = 1ms, .unconcerned_ms = kPatience});
    CHECK(followed.counted.size() == 2);
  }
}

TEST_CASE("what concerns the reader does not wait for company") {
  Chain chain;
  chain.append(note("a", 1, "x"));
  SUBCASE("when it is of a kind that he is made of") {
    Follower follower{chain.log, whole_partition(), {}, is_note};
    CHECK(follower.next({.unconcerned_ms = kPatience}).concerns);
  }
  SUBCASE("when everything is his concern") {
    Follower follower{chain.log, whole_partition(), {}};
    CHECK(follower.next({.unconcerned_ms = kPatience}).counted.size() == 2);
  }
}
