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
  if (moment.as_of) return app.history->stream_as_of(workspace, stream, *moment.as_of, moment.clock);
  auto events = read_stream(app, workspace, stream, {.from_version = 1, .to_version = moment.at_version, .recorded_until = {}, .limit = 500});
  if (!events.empty() && moment.at_version && events.back().event.sequence != *moment.at_version) events.clear();
  return events;
}

Result<std::vector<projections::HistoryEvent>, Problem> events_until(const Accepted& accepted, const Request& request, const App& app) {
  if (!accepted.event) throw std::logic_error("an answer without a state must have its event");
  if (auto reached = await_position(accepted.position, request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  return read_stream(app, accepted.event->meta.workspace, accepted.stream,
                     {.from_version = 1, .to_version = accepted.version, .recorded_until = {}, .limit = 500});
}

}  // namespace ledger::http
