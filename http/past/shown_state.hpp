#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/replay/stream_state.hpp"

// States of streams of any kind as clients see them: all that `evolve` made, but of sealed text only for whom it is sealed, and no digests of secrets.
namespace ledger::http {

// An empty object before the first event.
nlohmann::json shown_state(const StreamState& state);
// The RFC 6902 patch between what is shown of the two.
nlohmann::json shown_patch(const StreamState& before, const StreamState& after);
// The same of a state's or an event's JSON.
void hide_secrets(nlohmann::json& document);

}  // namespace ledger::http
