#pragma once

#include <map>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <utility>

#include "infra/metrics/registry.hpp"

namespace ledger::metrics {

// Counts and times answered requests. Any thread. Routes and methods must come from a closed set (the route table): each pair is kept for
// good.
class HttpRequests {
 public:
  explicit HttpRequests(Registry& registry) : registry_{registry} {}

  void answered(std::string_view route, std::string_view method, int status, double seconds, std::uint64_t bytes_out);

 private:
  struct Instruments {
    std::array<Counter, 5> by_status;   // 1xx to 5xx
    Histogram seconds;
    Counter bytes_out;
  };
  // By route and method, looked up without copying them.
  using Key = std::pair<std::string, std::string>;
  struct Less {
    using is_transparent = void;
    bool operator()(const auto& a, const auto& b) const {
      return std::pair<std::string_view, std::string_view>{a} < std::pair<std::string_view, std::string_view>{b};
    }
  };

  Instruments& of(std::string_view route, std::string_view method);
  Instruments make(std::string_view route, std::string_view method);

  Registry& registry_;
  std::shared_mutex mutex_;
  std::map<Key, Instruments, Less> known_;
};

}  // namespace ledger::metrics
