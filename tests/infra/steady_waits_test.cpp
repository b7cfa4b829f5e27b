#include "infra/kafka/steady_waits.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <threads.h>

namespace ledger {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

timespec time_of_day_in(milliseconds span) {
  timespec now{};
  timespec_get(&now, TIME_UTC);
  const auto at = std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec) + span;
  const auto whole = std::chrono::floor<std::chrono::seconds>(at);
  return {static_cast<time_t>(whole.count()), static_cast<long>((at - whole).count())};
}

struct Waiter {
  Waiter() {
    cnd_init(&condition);
    mtx_init(&mutex, mtx_plain);
    mtx_lock(&mutex);
  }
  ~Waiter() {
    mtx_unlock(&mutex);
    mtx_destroy(&mutex);
    cnd_destroy(&condition);
  }
  int wait(milliseconds span) {
    const timespec until = time_of_day_in(span);
    return cnd_timedwait(&condition, &mutex, &until);
  }

  cnd_t condition{};
  mtx_t mutex{};
};

TEST_CASE("a wait until a time of day ends when as much steady time has passed") {
  Waiter waiter;
  const auto began = Clock::now();
  CHECK(waiter.wait(milliseconds(30)) == thrd_timedout);
  CHECK(Clock::now() - began >= milliseconds(30));
}

TEST_CASE("a wait until a time that has passed ends at once") {
  Waiter waiter;
  CHECK(waiter.wait(milliseconds(-3'600'000)) == thrd_timedout);
}

TEST_CASE("a wait ends when it is called") {
  Waiter waiter;
  const std::jthread caller([&] {
    mtx_lock(&waiter.mutex);
    cnd_signal(&waiter.condition);
    mtx_unlock(&waiter.mutex);
  });
  CHECK(waiter.wait(milliseconds(60'000)) == thrd_success);
}

TEST_CASE("librdkafka finds the program's function, not the C library's") {
  kafka::have_steady_waits();
  Dl_info found{};
  REQUIRE(dladdr(dlsym(RTLD_DEFAULT, "cnd_timedwait"), &found) != 0);
  CHECK(std::string(found.dli_fname).find("libc.so") == std::string::npos);
}

}  // namespace
}  // namespace ledger
