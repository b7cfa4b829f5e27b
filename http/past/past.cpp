#include "http/past/past.hpp"

#include "domain/json.hpp"
#include "http/min_position.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

StreamState none(const StreamId& stream) { return StreamState::empty(*find_stream_kind(stream.kind)); }

// What is stored of a state is never trusted over the events: what cannot be read is passed over.
StreamState read_snapshot(const StreamId& stream, const json& state) {
  auto read = StreamState::from_json(*find_stream_kind(stream.kind), state);
  return read ? *std::move(read) : none(stream);
}

// Before the first snapshot the state of a stream without events.
StreamState snapshot_at(const App& app, const std::string& workspace, const StreamId& stream, const Moment& moment) {
  const auto snapshot = app.history->snapshots().newest(workspace, stream, moment);
  return snapshot ? read_snapshot(stream, json::parse(snapshot->state, nullptr, false)) : none(stream);
}

StreamState whole_snapshot(const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t version) {
  std::vector<json> parts;
  for (const auto& snapshot : app.history->snapshots().until(workspace, stream, version)) parts.push_back(json::parse(snapshot.state, nullptr, false));
  if (parts.empty()) return none(stream);
  try {
    return read_snapshot(stream, join_states(parts));
  } catch (const json::exception&) {
    return none(stream);
  }
}

}  // namespace

std::vector<projections::HistoryEvent> read_stream(const App& app, const std::string& workspace, const StreamId& stream, projections::StreamRange range) {
  std::vector<projections::HistoryEvent> all;
  for (;;) {
    auto chunk = app.history->stream(workspace, stream, range);
    const bool last = static_cast<int>(chunk.size()) < range.limit;
    for (auto& event : chunk) all.push_back(std::move(event));
    if (last) return all;
    range.from_version = all.back().event.sequence + 1;
  }
}

Result<void, Problem> await_moment(const Moment& moment, const Request& request, const App& app, projections::ModelPositions& of_now) {
  auto reached = await_min_position(request, app, moment.now() ? of_now : *app.history_reached);
  if (!reached || !moment.at_position) return reached;
  return await_positions(*moment.at_position, request, app, *app.history_reached);
}

std::optional<StreamState> past_state(const App& app, const std::string& workspace, const StreamId& stream, const Moment& moment, Reading reading) {
  StreamState state = snapshot_at(app, workspace, stream, moment);
  for (const auto& event : app.history->stream_at(workspace, stream, moment, state.version() + 1)) {
    const auto done = state.apply(event.event);
    if (done) continue;
    if (reading == Reading::strict) throw Unreadable(done.error());
    break;
  }
  if (!state.exists() || (moment.at_version && state.version() != *moment.at_version)) return std::nullopt;
  return state;
}

StreamState whole_state_at(const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t version) {
  StreamState state = whole_snapshot(app, workspace, stream, version);
  if (state.version() == version) return state;
  for (const auto& event : app.history->stream_at(workspace, stream, {.at_version = version}, state.version() + 1)) apply_next(state, event.event);
  return state;
}

void apply_next(StreamState& state, const RecordedEvent& event) {
  if (const auto done = state.apply(event); !done) throw Unreadable(done.error());
}

StreamChange change_between(const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t before, std::uint64_t after) {
  StreamState state = snapshot_at(app, workspace, stream, {.at_version = before});
  StreamChange change{state, state, {}};
  for (auto& event : app.history->stream_at(workspace, stream, {.at_version = after}, state.version() + 1)) {
    if (event.event.sequence == before + 1) change.before = state;
    apply_next(state, event.event);
    if (event.event.sequence > before) change.events.push_back(std::move(event));
  }
  if (change.events.empty()) change.before = state;
  change.after = std::move(state);
  return change;
}

Result<std::vector<projections::HistoryEvent>, Problem> events_until(const Accepted& accepted, const Request& request, const App& app) {
  if (!accepted.event) throw std::logic_error("an answer without a state must have its event");
  if (auto reached = await_positions({accepted.position}, request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  return read_stream(app, accepted.event->meta.workspace, accepted.stream,
                     {.from_version = 1, .to_version = accepted.version, .recorded_until = {}, .limit = 500});
}

}  // namespace ledger::http
