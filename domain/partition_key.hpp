#pragma once

#include <string>
#include <string_view>

namespace ledger {

// The partition key is the consistency boundary: what shares one is decided on one head (design section 3).
inline constexpr std::string_view kAccessPartitionKey = "access";  // users, keys and workspaces
inline constexpr std::string_view kCheckpointPartitionKey = "checkpoints";

// Prompts and settings of one workspace, later its tests and workflows.
inline std::string workspace_partition_key(std::string_view workspace) { return "ws/" + std::string{workspace}; }

}  // namespace ledger
