#include "http/json/access_json.hpp"

#include "domain/json.hpp"

namespace ledger::http {

using nlohmann::json;

json workspace_json(const std::string& id, const workspace::State& state) {
  return {{"id", id}, {"name", state.name}, {"author", state.author}, {"created_at", to_rfc3339(state.created_at)}, {"stream_version", state.version}};
}

json api_key_json(const std::string& id, const api_key::State& state) {
  json out{{"id", id},
           {"public_id", state.public_id},
           {"name", state.name},
           {"role", access::to_text(state.role)},
           {"workspace_id", state.workspace},
           {"actor", state.actor},
           {"author", state.author},
           {"created_at", to_rfc3339(state.created_at)},
           {"stream_version", state.version}};
  if (state.revoked_at) out["revoked_at"] = to_rfc3339(*state.revoked_at);
  return out;
}

}  // namespace ledger::http
