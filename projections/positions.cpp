#include "projections/positions.hpp"

#include <algorithm>
#include <thread>

#include "projections/registry.hpp"

namespace ledger::projections {

bool ModelPositions::reads(const std::string& topic) const {
  const auto* projection = find(model_);
  if (projection == nullptr) return true;
  const auto topics = projection->topics();
  return std::any_of(topics.begin(), topics.end(), [&](std::string_view name) { return topic.ends_with("." + std::string{name}); });
}

std::vector<log::Position> ModelPositions::now() {
  const std::string sql =
      "SELECT topic, partition, height FROM " + pg::quote_name(model_) + ".checkpoint ORDER BY topic, partition";
  try {
    return pool_.read([&](pg::Connection& connection) {
      std::vector<log::Position> out;
      for (const pg::Row row : connection.query(sql)) {
        out.push_back({{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))},
                       static_cast<std::uint64_t>(row.number(2))});
      }
      return out;
    });
  } catch (const pg::Fault& fault) {
    if (fault.code == pg::Code::missing) return {};  // no model: nothing has begun
    throw;
  }
}

std::vector<Behind> ModelPositions::wait_until(std::span<const log::Position> wanted,
                                               std::chrono::steady_clock::time_point deadline) {
  constexpr std::chrono::microseconds kFirst{1'000}, kLongest{20'000};
  auto pause = kFirst;
  for (;;) {
    const auto reached = now();
    std::vector<Behind> behind;
    for (const auto& position : wanted) {
      if (!reads(position.partition.topic)) continue;
      const auto at = std::find_if(reached.begin(), reached.end(),
                                   [&](const log::Position& r) { return r.partition == position.partition; });
      if (at == reached.end())
        behind.push_back({position, std::nullopt});
      else if (at->height < position.height)
        behind.push_back({position, at->height});
    }
    const auto left = deadline - std::chrono::steady_clock::now();
    if (behind.empty() || left <= std::chrono::steady_clock::duration::zero()) return behind;
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(pause, left));
    pause = std::min(pause * 3 / 2, kLongest);
  }
}

}  // namespace ledger::projections
