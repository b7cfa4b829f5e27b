#include "projections/snapshots/digest.hpp"

#include "log/sha256.hpp"
#include "projections/record_bytes.hpp"

namespace ledger::projections {

std::string snapshot_digest(std::string_view stream, std::uint64_t version, int shape, std::string_view state) {
  return std::string{bytes_of(log::Sha256{}.lp(stream).u64(version).u32(static_cast<std::uint32_t>(shape)).lp(state).finish())};
}

}  // namespace ledger::projections
