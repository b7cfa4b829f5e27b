#include <string>
#include <utility>

#include "commands/execution/checks.hpp"
#include "commands/execution/commands.hpp"
#include "domain/execution/limits.hpp"

namespace ledger::execution {
namespace {

Rejection not_there() { return {Code::not_found, "there is no such execution", {}}; }

Rejection wrong_state(const State& state, std::string_view wanted) {
  return {Code::wrong_state, "the execution is " + std::string(to_text(state.status)) + "; " + std::string(wanted), {}};
}

// The rules of time: pending has neither start nor end, running has a start, ended has both, and nothing comes before what it follows.
void check_times(const Record& command, FieldChecks& checks) {
  const bool begun = command.status != Status::pending;
  const bool ended = has_ended(command.status);
  const std::string status{to_text(command.status)};
  if (begun != command.started_at.has_value()) checks.add("started_at", begun ? "must be there: the execution is " + status : "must not be there: the execution is pending");
  if (ended != command.completed_at.has_value()) checks.add("completed_at", ended ? "must be there: the execution is " + status : "must not be there: the execution is " + status);
  if (command.created_at && command.started_at && *command.started_at < *command.created_at) checks.add("started_at", "must not be before created_at");
  if (command.started_at && command.completed_at && *command.completed_at < *command.started_at) checks.add("completed_at", "must not be before started_at");
}

// What only an ended execution has, and an error only one that failed.
void check_ending_of(Status status, const Ending& ending, FieldChecks& checks) {
  check_ending(ending, checks);
  if (status == Status::failed && ending.error.empty()) checks.add("error", "must say why it failed");
  if (status != Status::failed && !ending.error.empty()) checks.add("error", "belongs to an execution that failed");
  if (has_ended(status)) return;
  if (!ending.output.empty()) checks.add("output", "belongs to an execution that has ended");
  if (ending.usage != TokenUsage{}) checks.add("token_usage", "belongs to an execution that has ended");
  if (ending.cost != Money{}) checks.add("cost_usd", "belongs to an execution that has ended");
  if (ending.latency_ms) checks.add("latency_ms", "belongs to an execution that has ended");
}

Recorded as_recorded(const Record& command, Timestamp at) {
  Recorded event{.request = command.request,
                 .status = command.status,
                 .created_at = command.created_at.value_or(command.started_at.value_or(at)),
                 .started_at = command.started_at,
                 .completed_at = command.completed_at,
                 .ending = command.ending,
                 .checked = command.checked};
  if (event.started_at && event.completed_at) event.ending = settled(std::move(event.ending), *event.started_at, *event.completed_at);
  return event;
}

// The same id again, as after a lost answer. What was asked for cannot change; how it stands now may be further than it was told the first time.
bool is_told_already(const State& state, const Record& command, const RecordContext& context, Timestamp at) {
  Request asked = command.request;
  if (!context.version_named) asked.version = state.request.version;
  if (state.request != asked) return false;
  if (command.status == Status::pending) return !command.created_at || *command.created_at == state.created_at;
  const Recorded again = as_recorded(command, at);
  return state.status == again.status && state.started_at == again.started_at && state.completed_at == again.completed_at &&
         state.ending == again.ending && state.checked == again.checked && (!command.created_at || *command.created_at == state.created_at);
}

// What belongs to a subject is never stored as it is, whoever forgot to seal it; nor is what was read from it, which cannot be sealed.
void check_sealed(const Request& request, const Ending& ending, const Checked& checked, FieldChecks& checks) {
  if (!request.inputs.sealed()) return;
  if (!ending.output.empty() && ending.output.subject != request.inputs.subject) checks.add("output", "must be sealed for the subject of the inputs");
  if (checked.output) checks.add("validated_output", "cannot be sealed: leave it out for an execution with a subject");
}

std::optional<Rejection> check_running(const State& state, Timestamp at, FieldChecks& checks) {
  if (!state.exists()) return not_there();
  if (state.status != Status::running) return wrong_state(state, "only a running one can be completed or fail");
  if (at < *state.started_at) checks.add("occurred_at", "must not be before it started, at " + to_rfc3339(*state.started_at));
  return checks.rejection();
}

}  // namespace

Decision<Event> decide(const State& state, const Record& command, const RecordContext& context, Timestamp at) {
  if (state.exists()) {
    if (is_told_already(state, command, context, at)) return std::nullopt;
    return tl::unexpected(Rejection{Code::already_exists, "there is an execution with this id already, and it is another", {}});
  }
  FieldChecks checks;
  if (!context.prompt_exists) checks.add("prompt_id", "there is no such prompt");
  if (context.prompt_exists && !context.version_exists) checks.add("version", "the prompt has no such version");
  check_request(command.request, checks);
  check_times(command, checks);
  check_ending_of(command.status, command.ending, checks);
  check_checked(command.checked, checks);
  check_sealed(command.request, command.ending, command.checked, checks);
  if (command.status == Status::pending && command.checked != Checked{}) checks.add("validation_status", "belongs to an execution that has ended");
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (command.status == Status::pending) return Event{Requested{command.request}};
  return Event{as_recorded(command, at)};
}

Timestamp moment_of(const Record& command, Timestamp at) {
  if (command.completed_at) return *command.completed_at;
  if (command.started_at) return *command.started_at;
  return command.created_at.value_or(at);
}

Decision<Event> decide(const State& state, const Start&, Timestamp at) {
  if (!state.exists()) return tl::unexpected(not_there());
  if (state.status == Status::running) return std::nullopt;
  if (state.status != Status::pending) return tl::unexpected(wrong_state(state, "only a pending one can start"));
  FieldChecks checks;
  if (at < state.created_at) checks.add("occurred_at", "must not be before it was requested, at " + to_rfc3339(state.created_at));
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  return Event{Started{}};
}

Decision<Event> decide(const State& state, const Complete& command, Timestamp at) {
  FieldChecks checks;
  check_ending_of(Status::completed, command.ending, checks);
  check_sealed(state.request, command.ending, {}, checks);
  if (auto refused = check_running(state, at, checks)) return tl::unexpected(*std::move(refused));
  return Event{Completed{settled(command.ending, *state.started_at, at)}};
}

Decision<Event> decide(const State& state, const Fail& command, Timestamp at) {
  FieldChecks checks;
  check_ending_of(Status::failed, command.ending, checks);
  check_sealed(state.request, command.ending, {}, checks);
  if (auto refused = check_running(state, at, checks)) return tl::unexpected(*std::move(refused));
  return Event{Failed{settled(command.ending, *state.started_at, at)}};
}

Decision<Event> decide(const State& state, const Cancel&, Timestamp at) {
  if (!state.exists()) return tl::unexpected(not_there());
  if (state.status == Status::cancelled) return std::nullopt;
  if (has_ended(state.status)) return tl::unexpected(wrong_state(state, "only a pending or running one can be cancelled"));
  FieldChecks checks;
  const Timestamp since = state.started_at.value_or(state.created_at);
  if (at < since) checks.add("occurred_at", "must not be before " + to_rfc3339(since));
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  return Event{Cancelled{}};
}

Decision<Event> decide(const State& state, const Validate& command, Timestamp) {
  if (!state.exists()) return tl::unexpected(not_there());
  if (state.status != Status::completed) return tl::unexpected(wrong_state(state, "only a completed one can be validated"));
  FieldChecks checks;
  check_checked(command.checked, checks);
  check_sealed(state.request, state.ending, command.checked, checks);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (state.checked == command.checked) return std::nullopt;
  return Event{Validated{command.checked}};
}

Decision<Event> decide(const State& state, const AppendLog& command, Timestamp) {
  if (!state.exists()) return tl::unexpected(not_there());
  FieldChecks checks;
  checks.text("message", command.message, 1, limits::kLogMessageCharacters, FieldChecks::Controls::any);
  if (kind(command.data) != JsonKind::object) checks.add("data", "must be an object");
  if (command.data.text.size() > limits::kLogDataBytes) checks.add("data", "takes more than " + std::to_string(limits::kLogDataBytes) + " bytes");
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (state.log_lines >= limits::kLogLines) {
    return tl::unexpected(wrong_state(state, "and its log is full: it takes " + std::to_string(limits::kLogLines) + " lines"));
  }
  return Event{LogAppended{command.level, command.message, command.data}};
}

}  // namespace ledger::execution
