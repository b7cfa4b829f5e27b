#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "log/record.hpp"

namespace ledger::projections {

// Positions as parameters of a statement: unnest($1::text[], $2::int4[], $3::int8[]).
struct PositionArrays {
  explicit PositionArrays(const std::vector<log::Position>& positions) {
    for (const auto& [partition, height] : positions) {
      topics.push_back(partition.topic);
      partitions.push_back(partition.number);
      heights.push_back(static_cast<std::int64_t>(height));
    }
  }

  std::vector<std::string> topics;
  std::vector<std::int32_t> partitions;
  std::vector<std::int64_t> heights;
};

}  // namespace ledger::projections
