#pragma once

#include <optional>
#include <string>

#include "commands/decision.hpp"
#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"

// What can be asked of workspaces and keys, and what becomes of it. Pure.
namespace ledger::workspace {

struct CreateWorkspace {
  std::string name;
};

struct CreateContext {
  std::optional<std::string> holder;  // the id of the workspace that has this name
};

Decision<Event> decide(const State& state, const CreateWorkspace& command, const CreateContext& context);

}  // namespace ledger::workspace

namespace ledger::api_key {

struct CreateApiKey {
  std::string public_id;
  std::string name;
  std::string secret_sha256;
  std::string workspace;
  access::Role role = access::Role::viewer;
  std::string actor;
};

struct RevokeApiKey {};

struct CreateContext {
  bool workspace_exists = false;
};

Decision<Event> decide(const State& state, const CreateApiKey& command, const CreateContext& context);
Decision<Event> decide(const State& state, const RevokeApiKey& command);

}  // namespace ledger::api_key
