#pragma once

#include <cstdint>
#include <string>

#include "infra/postgres/connection.hpp"
#include "projections/left_out.hpp"

namespace ledger::projections {

// What the read model `operations` says of one projection now. Where that model is not there yet, nothing is asked.
struct Orders {
  std::int64_t tries = 0;   // another one when what is parked is to be tried again, or is left out
  bool paused = false;

  bool operator==(const Orders&) const = default;
};

// Throw pg::Fault.
Orders load_orders(pg::Connection& connection, const std::string& projection);
LeftOut load_left_out(pg::Connection& connection, const std::string& projection);

}  // namespace ledger::projections
