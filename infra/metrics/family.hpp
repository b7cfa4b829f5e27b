#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace ledger::metrics {

enum class Kind : std::uint8_t { counter, gauge, histogram };

// What is measured, declared once (families.hpp). Times are in seconds and sizes in bytes, as Prometheus has it; the name ends in the unit.
struct Family {
  std::string_view name;
  Kind kind;
  std::string_view help;
  std::array<std::string_view, 4> labels{};   // names; the first empty one ends them
  std::span<const double> bounds{};           // of a histogram's buckets, rising; one more, without bound, is always there

  constexpr std::size_t label_count() const {
    std::size_t count = 0;
    while (count < labels.size() && !labels[count].empty()) ++count;
    return count;
  }
};

}  // namespace ledger::metrics
