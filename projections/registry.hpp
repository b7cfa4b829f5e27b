#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "projections/projection.hpp"

namespace ledger::projections {

// Every read model there is. Adding one is its folder and one line in registry.cpp.
std::span<const Projection* const> all();

// The names of all projections: the read models, and the published topics.
std::vector<std::string> projection_names();

// Null when there is none of that name.
const Projection* find(std::string_view name);

}  // namespace ledger::projections
