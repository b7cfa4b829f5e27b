#include "commands/prompt/settings.hpp"

#include "commands/prompt/prompt_checks.hpp"

namespace ledger::settings {

Decision<Event> decide(const State& state, const ProtectLabel& command) {
  FieldChecks checks;
  prompt::check_label("label", command.label, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (state.protected_labels.contains(command.label) == command.is_protected) return std::nullopt;
  if (command.is_protected) return Event{LabelProtected{command.label}};
  return Event{LabelUnprotected{command.label}};
}

}  // namespace ledger::settings
