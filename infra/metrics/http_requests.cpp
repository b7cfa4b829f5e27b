#include "infra/metrics/http_requests.hpp"

#include <algorithm>
#include <mutex>

#include "infra/metrics/families.hpp"

namespace ledger::metrics {

void HttpRequests::answered(std::string_view route, std::string_view method, int status, double seconds, std::uint64_t bytes_out) {
  Instruments& instruments = of(route, method);
  const int hundreds = std::clamp(status / 100, 1, 5);
  instruments.by_status[static_cast<std::size_t>(hundreds - 1)].add();
  instruments.seconds.observe(seconds);
  instruments.bytes_out.add(static_cast<double>(bytes_out));
}

HttpRequests::Instruments& HttpRequests::of(std::string_view route, std::string_view method) {
  const std::pair key{route, method};
  {
    const std::shared_lock lock{mutex_};
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
  }
  const std::lock_guard lock{mutex_};
  if (const auto found = known_.find(key); found != known_.end()) return found->second;
  return known_.emplace(Key{route, method}, make(route, method)).first->second;
}

HttpRequests::Instruments HttpRequests::make(std::string_view route, std::string_view method) {
  const auto counted = [&](std::string_view status) { return registry_.counter(kHttpRequests, {route, method, status}); };
  return {.by_status = {counted("1xx"), counted("2xx"), counted("3xx"), counted("4xx"), counted("5xx")},
          .seconds = registry_.histogram(kHttpRequestSeconds, {route, method}),
          .bytes_out = registry_.counter(kHttpResponseBytes, {route, method})};
}

}  // namespace ledger::metrics
