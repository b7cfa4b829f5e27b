#include "infra/kafka/steady_waits.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>

#include <pthread.h>
#include <threads.h>
#include <time.h>

namespace ledger::kafka {
namespace {

using std::chrono::nanoseconds;
using std::chrono::seconds;

nanoseconds to_span(const timespec& time) { return seconds(time.tv_sec) + nanoseconds(time.tv_nsec); }

timespec to_timespec(nanoseconds span) {
  const auto whole = std::chrono::duration_cast<seconds>(span);
  return {static_cast<time_t>(whole.count()), static_cast<long>((span - whole).count())};
}

// What is a time of day for the caller becomes a length of time at once: a clock that jumps later changes nothing any more.
timespec on_steady_clock(const timespec& time_of_day) {
  timespec now{};
  timespec_get(&now, TIME_UTC);
  timespec steady{};
  clock_gettime(CLOCK_MONOTONIC, &steady);
  return to_timespec(to_span(steady) + std::max(nanoseconds(0), to_span(time_of_day) - to_span(now)));
}

}  // namespace

void have_steady_waits() noexcept {}

}  // namespace ledger::kafka

// A program's own function comes before the C library's, for shared libraries too. C11's types are POSIX's inside.
int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) noexcept {
  const timespec steady = ledger::kafka::on_steady_clock(*until);
  switch (pthread_cond_clockwait(reinterpret_cast<pthread_cond_t*>(condition), reinterpret_cast<pthread_mutex_t*>(mutex), CLOCK_MONOTONIC, &steady)) {
    case 0: return thrd_success;
    case ETIMEDOUT: return thrd_timedout;
    default: return thrd_error;
  }
}
