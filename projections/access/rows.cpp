#include "projections/access/rows.hpp"

#include <stdexcept>

namespace ledger::projections {

WorkspaceEntry workspace_of(const pg::Row& row) {
  return {std::string{row.text(0)},
          {.version = static_cast<std::uint64_t>(row.number(1)),
           .name = std::string{row.text(2)},
           .author = std::string{row.text(3)},
           .created_at = row.time(4)}};
}

ApiKeyEntry api_key_of(const pg::Row& row) {
  const auto role = access::parse_role(row.text(6));
  if (!role) throw std::logic_error{"a stored role is none"};
  return {std::string{row.text(0)},
          {.version = static_cast<std::uint64_t>(row.number(1)),
           .public_id = std::string{row.text(2)},
           .name = std::string{row.text(3)},
           .secret_sha256 = std::string{row.text(4)},
           .workspace = std::string{row.text(5)},
           .role = *role,
           .actor = std::string{row.text(7)},
           .author = std::string{row.text(8)},
           .created_at = row.time(9),
           .revoked_at = row.maybe_time(10)}};
}

}  // namespace ledger::projections
