#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"

namespace ledger::http {

nlohmann::json workspace_json(const std::string& id, const workspace::State& state);
// Everything about a key but its secret, which nobody has, and the secret's digest, which nobody needs.
nlohmann::json api_key_json(const std::string& id, const api_key::State& state);

}  // namespace ledger::http
