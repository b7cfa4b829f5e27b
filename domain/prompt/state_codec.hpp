#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/prompt/state.hpp"

// How a prompt's state looks in JSON, whole: each function reads what the other wrote. from_json throws what nlohmann throws, or std::invalid_argument.
namespace ledger::prompt {

void to_json(nlohmann::json& out, const State& state);
void from_json(const nlohmann::json& in, State& state);

// Empties the places of versions and moves that both share. to_json leaves out what is empty: for telling fast what differs, and for what is read back with
// `counts`, the number of places, beside it.
void drop_shared(State& a, State& b);
nlohmann::json counts(const State& state);

}  // namespace ledger::prompt
