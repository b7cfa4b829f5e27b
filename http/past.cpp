#include "http/past.hpp"

#include "http/min_position.hpp"

namespace ledger::http {

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

std::vector<projections::HistoryEvent> events_at(const App& app, const std::string& workspace, const StreamId& stream, const Moment& moment) {
  auto events = app.history->stream_at(workspace, stream, moment);
  if (!events.empty() && moment.at_version && events.back().event.sequence != *moment.at_version) events.clear();
  return events;
}

Result<void, Problem> await_moment(const Moment& moment, const Request& request, const App& app, projections::ModelPositions& of_now) {
  auto reached = await_min_position(request, app, moment.now() ? of_now : *app.history_reached);
  if (!reached || !moment.at_position) return reached;
  return await_positions(*moment.at_position, request, app, *app.history_reached);
}

StreamState stream_state_at(const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t version) {
  StreamState state = StreamState::empty(*find_stream_kind(stream.kind));
  if (version == 0) return state;
  for (const auto& event : app.history->stream_at(workspace, stream, {.at_version = version})) apply_next(state, event.event);
  return state;
}

void apply_next(StreamState& state, const RecordedEvent& event) {
  if (const auto done = state.apply(event); !done) throw Unreadable(done.error());
}

StatesBetween states_between(const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t before, std::uint64_t after) {
  auto earlier = stream_state_at(app, workspace, stream, before);
  auto later = earlier;
  for (const auto& event : app.history->stream_at(workspace, stream, {.at_version = after}, before + 1)) apply_next(later, event.event);
  return {std::move(earlier), std::move(later)};
}

Result<std::vector<projections::HistoryEvent>, Problem> events_until(const Accepted& accepted, const Request& request, const App& app) {
  if (!accepted.event) throw std::logic_error("an answer without a state must have its event");
  if (auto reached = await_positions({accepted.position}, request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  return read_stream(app, accepted.event->meta.workspace, accepted.stream,
                     {.from_version = 1, .to_version = accepted.version, .recorded_until = {}, .limit = 500});
}

}  // namespace ledger::http
