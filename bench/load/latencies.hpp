#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace ledger::bench {

// Times of single calls, each kept, so that percentiles are exact.
class Latencies {
 public:
  using Time = std::chrono::microseconds;

  void add(Time time) { times_.push_back(time); }
  std::size_t count() const { return times_.size(); }

  // The least time that at least this share (0 to 1) of all calls did not exceed; zero without calls.
  Time percentile(double share) {
    if (times_.empty()) return Time{0};
    const auto wanted = static_cast<std::size_t>(share * static_cast<double>(times_.size()) + 0.999'999);
    const auto place = times_.begin() + static_cast<std::ptrdiff_t>(std::clamp<std::size_t>(wanted, 1, times_.size()) - 1);
    std::ranges::nth_element(times_, place);
    return *place;
  }

 private:
  std::vector<Time> times_;
};

}  // namespace ledger::bench
