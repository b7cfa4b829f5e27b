#include "bench/closed_loop.hpp"

#include <sys/resource.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace ledger::bench {
namespace {

using Steady = std::chrono::steady_clock;

// Where outcomes come in. Shared with the calls, so that one that is late finds it.
class Outcomes {
 public:
  struct Outcome {
    int client = 0;
    bool succeeded = false;
    Steady::time_point at;
  };

  void put(int client, bool succeeded) {
    {
      const std::lock_guard lock{mutex_};
      outcomes_.push_back({client, succeeded, Steady::now()});
    }
    came_.notify_one();
  }
  // All that came; waits until then for the first.
  void take(std::vector<Outcome>& taken, Steady::time_point until) {
    taken.clear();
    std::unique_lock lock{mutex_};
    came_.wait_until(lock, until, [this] { return !outcomes_.empty(); });
    taken.swap(outcomes_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<Outcome> outcomes_;
};

double cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& time) { return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec); };
  return us(used.ru_utime) + us(used.ru_stime);
}

}  // namespace

LoopResult run_closed_loop(int clients, const LoopTimes& times, const BeginCall& begin_call) {
  const auto outcomes = std::make_shared<Outcomes>();
  std::vector<Steady::time_point> began(static_cast<std::size_t>(clients));
  int under_way = 0;
  std::uint64_t calls = 0;
  const double cpu_before_us = cpu_us();
  const auto begin = [&](int client) {
    began[static_cast<std::size_t>(client)] = Steady::now();
    ++under_way;
    ++calls;
    begin_call(client, [outcomes, client](bool succeeded) { outcomes->put(client, succeeded); });
  };

  LoopResult result;
  const auto from = Steady::now() + times.warm_up_ms, to = from + times.measured_ms;
  const auto give_up = to + times.answer_timeout_ms;
  for (int client = 0; client < clients; ++client) begin(client);
  std::vector<Outcomes::Outcome> taken;
  while (under_way > 0) {
    if (Steady::now() > give_up) throw std::runtime_error{std::to_string(under_way) + " calls were never answered"};
    outcomes->take(taken, give_up);
    for (const auto& outcome : taken) {
      --under_way;
      const auto since = began[static_cast<std::size_t>(outcome.client)];
      if (outcome.at >= from && outcome.at < to) {
        if (outcome.succeeded) result.latencies.add(std::chrono::duration_cast<Latencies::Time>(outcome.at - since));
        else ++result.failed;
      }
      if (outcome.at < to) begin(outcome.client);
    }
  }
  result.cpu_us_per_call = (cpu_us() - cpu_before_us) / static_cast<double>(calls);
  result.seconds = std::chrono::duration<double>(times.measured_ms).count();
  return result;
}

}  // namespace ledger::bench
