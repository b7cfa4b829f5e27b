#include "projections/positions.hpp"

#include <algorithm>
#include <thread>

#include "projections/registry.hpp"

namespace ledger::projections {

namespace {

// Those of topics that the model reads: the others say nothing about it.
std::vector<log::Position> of_model(const std::string& model, std::span<const log::Position> wanted) {
  std::vector<log::Position> positions{wanted.begin(), wanted.end()};
  const auto* projection = find(model);
  if (projection == nullptr) return positions;
  const auto topics = projection->topics();
  std::erase_if(positions, [&](const log::Position& position) {
    return std::none_of(topics.begin(), topics.end(), [&](std::string_view topic) { return position.partition.topic.ends_with("." + std::string{topic}); });
  });
  return positions;
}

}  // namespace

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
  const auto positions = of_model(model_, wanted);
  if (positions.empty()) return {};
  auto pause = kFirst;
  for (;;) {
    const auto reached = now();
    std::vector<Behind> behind;
    for (const auto& position : positions) {
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
