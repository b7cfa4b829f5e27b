#pragma once

#include "domain/json_members.hpp"

// What the states of most stream kinds say in JSON of where they come from, as far as they have it. For the codec files of the domain only.
namespace ledger {

template <class State>
void put_origin(nlohmann::json& out, const State& state) {
  out["version"] = state.version;
  if constexpr (requires { state.workspace; }) out["workspace"] = state.workspace;
  if constexpr (requires { state.author; }) out["author"] = state.author;
  if constexpr (requires { state.created_at; }) out["created_at"] = to_rfc3339(state.created_at);
  if constexpr (requires { state.updated_at; }) out["updated_at"] = to_rfc3339(state.updated_at);
  if constexpr (requires { state.deleted_at; }) put(out, "deleted_at", state.deleted_at);
  if constexpr (requires { state.reason; }) put(out, "reason", state.reason);
}

template <class State>
void get_origin(const nlohmann::json& in, State& state) {
  in.at("version").get_to(state.version);
  if constexpr (requires { state.workspace; }) in.at("workspace").get_to(state.workspace);
  if constexpr (requires { state.author; }) in.at("author").get_to(state.author);
  if constexpr (requires { state.created_at; }) state.created_at = time_from_json(in.at("created_at"));
  if constexpr (requires { state.updated_at; }) state.updated_at = time_from_json(in.at("updated_at"));
  if constexpr (requires { state.deleted_at; }) state.deleted_at = find_time(in, "deleted_at");
  if constexpr (requires { state.reason; }) state.reason = find<std::string>(in, "reason");
}

}  // namespace ledger
