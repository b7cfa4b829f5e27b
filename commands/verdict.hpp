#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "commands/decision.hpp"
#include "commands/proposal.hpp"
#include "domain/encoded_event.hpp"

namespace ledger {

// A decision in the writer's terms. `tags` are those of the event, if there is one.
template <class Event, class Encode, class Tags>
Verdict to_verdict(Decision<Event> decision, const Encode& encode, const Tags& tags) {
  if (!decision) return tl::unexpected(std::move(decision.error()));
  if (!*decision) return std::optional<Draft>{};
  EncodedEvent encoded = encode(**decision);
  return std::optional<Draft>{Draft{.type = std::move(encoded.type), .data = std::move(encoded.data), .tags = tags(**decision)}};
}

}  // namespace ledger
