#include "commands/prompt/decide.hpp"
#include "commands/prompt/prompt_checks.hpp"
#include "domain/prompt/limits.hpp"

// What moves a prompt through its life, and its labels.
namespace ledger::prompt {
namespace {

std::string statuses_after(Status from) {
  std::string list;
  for (const Status to : {Status::draft, Status::published, Status::deprecated, Status::archived}) {
    if (!may_move(from, to)) continue;
    if (!list.empty()) list += " or ";
    list += to_text(to);
  }
  return list;
}

}  // namespace

Decision<Event> decide(const State& state, const MoveLifecycle& command, const NoContext&) {
  if (auto refused = refuse_missing(state)) return tl::unexpected(*std::move(refused));
  if (state.status == command.to) return std::nullopt;
  if (!may_move(state.status, command.to)) {
    return tl::unexpected(Rejection{Code::wrong_state,
                                    "the prompt is " + std::string{to_text(state.status)} +
                                        "; from there it may become " + statuses_after(state.status) + ", not " +
                                        std::string{to_text(command.to)} + " (present version " +
                                        std::to_string(state.version) + ")",
                                    {}});
  }
  return Event{LifecycleMoved{state.status, command.to}};
}

Decision<Event> decide(const State& state, const MoveLabel& command, const LabelContext& context) {
  if (auto refused = refuse_missing(state)) return tl::unexpected(*std::move(refused));
  FieldChecks checks;
  check_label("label", command.label, checks);
  if (!state.find_version(command.to))
    checks.add("version", "the prompt has the versions 1 to " + std::to_string(state.latest()));
  const auto present = state.labels.find(command.label);
  const bool is_new = present == state.labels.end();
  if (is_new) checks.count("label", state.labels.size() + 1, limits::kLabels, "labels on one prompt");
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (auto refused = refuse_protected(command.label, context.labels)) return tl::unexpected(*std::move(refused));
  if (is_new) return Event{LabelMoved{command.label, std::nullopt, command.to}};
  if (present->second == command.to) return std::nullopt;
  return Event{LabelMoved{command.label, present->second, command.to}};
}

Decision<Event> decide(const State& state, const RemoveLabel& command, const LabelContext& context) {
  if (auto refused = refuse_missing(state)) return tl::unexpected(*std::move(refused));
  FieldChecks checks;
  check_label("label", command.label, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (auto refused = refuse_protected(command.label, context.labels)) return tl::unexpected(*std::move(refused));
  const auto present = state.labels.find(command.label);
  if (present == state.labels.end()) {
    return tl::unexpected(Rejection{Code::not_found, "the prompt has no label \"" + command.label + "\"", {}});
  }
  return Event{LabelRemoved{command.label, present->second}};
}

Decision<Event> decide(const State& state, const DeletePrompt&, const NoContext&) {
  if (auto refused = refuse_missing(state)) return tl::unexpected(*std::move(refused));
  return Event{Deleted{state.name}};
}

std::optional<Name> wanted_name(const State& state, const RestorePrompt&) {
  if (!state.deleted()) return std::nullopt;
  return state.name;
}

Decision<Event> decide(const State& state, const RestorePrompt&, const RestoreContext& context) {
  if (!state.exists()) return tl::unexpected(*refuse_missing(state));
  if (!state.deleted()) return std::nullopt;
  if (auto refused = refuse_taken(state.name, context.holder)) return tl::unexpected(*std::move(refused));
  return Event{Restored{state.name}};
}

}  // namespace ledger::prompt
