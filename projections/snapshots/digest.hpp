#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ledger::projections {

// What a snapshot's state is checked by when it is read: SHA-256 over its stream, version, shape and text.
std::string snapshot_digest(std::string_view stream, std::uint64_t version, int shape, std::string_view state);

}  // namespace ledger::projections
