#pragma once

#include "infra/postgres/rows.hpp"
#include "projections/access/queries.hpp"

namespace ledger::projections {

// The columns that the readers below expect, in their order.
inline constexpr std::string_view kWorkspaceColumns = "id, version, name, author, created_at";
inline constexpr std::string_view kApiKeyColumns =
    "id, version, public_id, name, secret_sha256, workspace, role, actor, author, created_at, revoked_at";

WorkspaceEntry workspace_of(const pg::Row& row);
ApiKeyEntry api_key_of(const pg::Row& row);

}  // namespace ledger::projections
