#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ledger::app {

// Something does not hold, from this height on; with `to`, at one of the heights from there to that.
struct Broken {
  std::uint64_t height = 0;
  std::optional<std::uint64_t> to = {};
  std::string why;
};

}  // namespace ledger::app
