#include <algorithm>

#include "commands/field_checks.hpp"
#include "commands/projection/commands.hpp"

namespace ledger::projection {
namespace {

Decision<Event> refused(Code code, std::string detail) {
  return tl::unexpected(Rejection{code, std::move(detail), {}});
}

Decision<Event> no_open_rebuild() { return refused(Code::wrong_state, "No rebuild of this projection is under way."); }

std::optional<Rejection> check_rate(std::int64_t max_records_per_s) {
  FieldChecks checks;
  if (max_records_per_s < 0) checks.add("max_records_per_s", "must not be negative; 0 is as quickly as it goes");
  return checks.rejection();
}

Decision<Event> not_parked() { return refused(Code::not_found, "No stream of this projection is parked at that event; look at what is parked now."); }

}  // namespace

Decision<Event> decide(const State& state, const Pause& command) {
  if (command.projection == kOperationsModel) {
    return refused(Code::wrong_state, "This is the model by which projections learn that they are paused, and resumed: it cannot be paused itself.");
  }
  if (command.projection == kAccessModel) return refused(Code::wrong_state, "While this model stood still, keys that are revoked would go on to open: it cannot be paused.");
  if (state.paused) return std::nullopt;
  return Event{Paused{}};
}

Decision<Event> decide(const State& state, const Resume&) {
  if (!state.paused) return std::nullopt;
  return Event{Resumed{}};
}

Decision<Event> decide(const State& state, const RequestRebuild& command) {
  if (auto wrong = check_rate(command.max_records_per_s)) return tl::unexpected(std::move(*wrong));
  if (state.open_rebuild()) return refused(Code::wrong_state, "A rebuild of this projection is under way already: wait for it, or cancel it.");
  return Event{RebuildRequested{command.rebuild, command.force, command.max_records_per_s}};
}

Decision<Event> decide(const State& state, const ThrottleRebuild& command) {
  if (auto wrong = check_rate(command.max_records_per_s)) return tl::unexpected(std::move(*wrong));
  const auto* open = state.open_rebuild();
  if (!open) return no_open_rebuild();
  if (open->request.max_records_per_s == command.max_records_per_s) return std::nullopt;
  return Event{RebuildThrottled{open->request.rebuild, command.max_records_per_s}};
}

Decision<Event> decide(const State& state, const CancelRebuild&) {
  const auto* open = state.open_rebuild();
  if (!open) return no_open_rebuild();
  if (open->cancelled) return std::nullopt;
  return Event{RebuildCancelled{open->request.rebuild}};
}

Decision<Event> decide(const State& state, const StartRebuild& command) {
  const auto* open = state.open_rebuild();
  if (!open || open->request.rebuild != command.rebuild) return no_open_rebuild();
  if (open->node == command.node) return std::nullopt;
  return Event{RebuildStarted{command.rebuild, command.node}};
}

Decision<Event> decide(const State& state, const EndRebuild& command) {
  const auto* open = state.open_rebuild();
  if (!open || open->request.rebuild != command.ended.rebuild) return std::nullopt;
  return Event{command.ended};
}

Decision<Event> decide(const State&, const RetryParked&, const ParkedContext& context) {
  if (!context.parked) return not_parked();
  return Event{ParkedRetried{*context.parked}};
}

Decision<Event> decide(const State& state, const SkipParked& command, const ParkedContext& context) {
  const auto is_it = [&](const Skipped& skipped) { return skipped.parked.place == command.place; };
  if (std::ranges::any_of(state.skipped, is_it)) return std::nullopt;
  if (!context.parked) return not_parked();
  FieldChecks checks;
  if (!command.says_why) checks.add("reason", "is missing: an event that is left out of a model needs one");
  if (auto wrong = checks.rejection()) return tl::unexpected(std::move(*wrong));
  return Event{ParkedSkipped{*context.parked}};
}

}  // namespace ledger::projection
