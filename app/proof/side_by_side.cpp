#include "app/proof/side_by_side.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace ledger::app {

void side_by_side(std::size_t count, std::size_t threads, const std::stop_token& stop, const std::function<void(std::size_t number, const std::stop_token&)>& work) {
  std::stop_source ended;
  const std::stop_callback pass_on{stop, [&] { ended.request_stop(); }};
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first;
  const auto take_turns = [&] {
    try {
      for (auto number = next++; number < count; number = next++) {
        if (ended.stop_requested()) throw std::runtime_error{"stopped before the end"};
        work(number, ended.get_token());
      }
    } catch (...) {
      const std::lock_guard lock{mutex};
      if (!first) first = std::current_exception();
      ended.request_stop();
    }
  };
  {
    std::vector<std::jthread> others;
    for (std::size_t n = 1; n < std::min(threads, count); ++n) others.emplace_back(take_turns);
    take_turns();
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace ledger::app
