#include "app/proof/side_by_side.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <stdexcept>
#include <thread>
#include <vector>

using ledger::app::side_by_side;

TEST_CASE("work done side by side") {
  SUBCASE("is done once for each number, on no more threads than asked for") {
    for (const std::size_t threads : {0, 1, 3, 100}) {
      std::vector<std::atomic<int>> done(20);
      std::atomic<std::size_t> now{0}, most{0};
      side_by_side(done.size(), threads, {}, [&](std::size_t number, const std::stop_token&) {
        const auto busy = ++now;
        for (auto seen = most.load(); seen < busy && !most.compare_exchange_weak(seen, busy);) {
        }
        ++done[number];
        --now;
      });
      for (const auto& times : done) CHECK(times == 1);
      CHECK(most <= std::max<std::size_t>(threads, 1));
    }
  }
  SUBCASE("goes on at the same time") {
    std::latch all_there{3};
    side_by_side(3, 3, {}, [&](std::size_t, const std::stop_token&) { all_there.arrive_and_wait(); });
  }
  SUBCASE("ends with the first exception, which stops the others") {
    std::latch begun{2};
    std::atomic<int> calls{0};
    const auto work = [&](std::size_t number, const std::stop_token& stop) {
      ++calls;
      begun.arrive_and_wait();
      if (number == 0) throw std::runtime_error{"the first"};
      while (!stop.stop_requested()) std::this_thread::yield();
      throw std::runtime_error{"what comes of stopping"};
    };
    CHECK_THROWS_WITH(side_by_side(10, 2, {}, work), "the first");
    CHECK(calls == 2);
  }
  SUBCASE("is stopped from without") {
    std::stop_source stop;
    int calls = 0;
    CHECK_THROWS_WITH(side_by_side(10, 1, stop.get_token(), [&](std::size_t, const std::stop_token& told) {
      ++calls;
      stop.request_stop();
      CHECK(told.stop_requested());
    }), "stopped before the end");
    CHECK(calls == 1);
  }
  SUBCASE("of nothing is done at once") {
    side_by_side(0, 4, {}, [](std::size_t, const std::stop_token&) { FAIL("there is nothing"); });
  }
}
