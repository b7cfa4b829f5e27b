#pragma once

#include <span>
#include <string_view>

#include "projections/projection.hpp"

namespace ledger::projections {

// Every read model there is. Adding one is its folder and one line in registry.cpp.
std::span<const Projection* const> all();

// Null when there is none of that name.
const Projection* find(std::string_view name);

}  // namespace ledger::projections
