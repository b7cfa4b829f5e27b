#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "commands/proposal.hpp"
#include "domain/recorded_event.hpp"
#include "domain/replay/stream_state.hpp"
#include "domain/result.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/reading/moment.hpp"
#include "http/request.hpp"
#include "projections/history/queries.hpp"

// States of the past, folded from the history by the same evolve that decides.
namespace ledger::http {

// All of the stream's events within the range, whatever its limit.
std::vector<projections::HistoryEvent> read_stream(const App& app, const std::string& workspace, const StreamId& stream, projections::StreamRange range = {});

// Waits for Ledger-Min-Position in the history or, for now, in the model that answers; and for the position that is the moment.
Result<void, Problem> await_moment(const Moment& moment, const Request& request, const App& app, projections::ModelPositions& of_now);

// `apply` is the domain's, found beside the state.
template <class State>
State fold_one(State state, const RecordedEvent& event) {
  auto after = apply(std::move(state), event);
  if (!after) throw Unreadable(event.stream.text() + ", version " + std::to_string(event.sequence) + ": " + after.error());
  return *std::move(after);
}

template <class State>
State fold(const std::vector<projections::HistoryEvent>& events) {
  State state;
  for (const auto& event : events) state = fold_one(std::move(state), event.event);
  return state;
}

// For whoever shows many streams, one that cannot be read to its end must not hide the others: it is read as far as it can be. Else it throws Unreadable.
enum class Reading : std::uint8_t { strict, as_far_as_possible };

// What the stream was at that moment, which is not now; nothing when it had not begun, or had no such version. From the newest snapshot on where there is
// one: then versions and moves of labels that it does not hold are empty in a prompt's state (see prompt_at).
std::optional<StreamState> past_state(const App& app, const std::string& workspace, const StreamId& stream, const Moment& moment, Reading reading = Reading::strict);

template <class State>
std::optional<State> state_at(const App& app, const std::string& workspace, const StreamId& stream, const Moment& moment, Reading reading = Reading::strict) {
  const auto state = past_state(app, workspace, stream, moment, reading);
  return state ? std::optional(state->get<State>()) : std::nullopt;
}

// The whole state of any stream at one of its versions, 0 included.
StreamState whole_state_at(const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t version);
void apply_next(StreamState& state, const RecordedEvent& event);

// What became of a stream between two of its versions, the second not before the first. The states lack what past_state's may lack, both the same.
struct StreamChange {
  StreamState before, after;
  std::vector<projections::HistoryEvent> events;
};
StreamChange change_between(const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t before, std::uint64_t after);

// As far as the events can be read, for whoever shows many streams: one that cannot be read to its end must not hide the others. Nothing when not
// even the first can be.
template <class State>
std::optional<State> fold_readable(std::span<const RecordedEvent> events) {
  State state;
  for (std::size_t n = 0; n < events.size(); ++n) {
    auto after = apply(std::move(state), events[n]);
    if (!after) return fold_readable<State>(events.first(n));   // from the beginning: what failed has used the state up
    state = *std::move(after);
  }
  if (events.empty()) return std::nullopt;
  return state;
}

// The events up to and including an answer that is given again; waits for the history to have them.
Result<std::vector<projections::HistoryEvent>, Problem> events_until(const Accepted& accepted, const Request& request, const App& app);

// What the stream was when the command had been stored: it comes with a first answer, and is folded for one that is given again.
template <class State>
Result<State, Problem> state_after(const Accepted& accepted, const Request& request, const App& app) {
  if (accepted.state) return *static_cast<const State*>(accepted.state.get());
  return events_until(accepted, request, app).map([](const auto& events) { return fold<State>(events); });
}

}  // namespace ledger::http
