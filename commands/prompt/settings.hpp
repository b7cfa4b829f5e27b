#pragma once

#include <string>

#include "commands/decision.hpp"
#include "domain/settings/settings.hpp"

namespace ledger::settings {

// Says whether only publishers may move the label, on every prompt of the workspace.
struct ProtectLabel {
  std::string label;
  bool is_protected = true;
};

Decision<Event> decide(const State& state, const ProtectLabel& command);

}  // namespace ledger::settings
