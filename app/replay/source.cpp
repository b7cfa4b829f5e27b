#include "app/replay/source.hpp"

#include <stdexcept>
#include <utility>

#include "app/dump/reader.hpp"
#include "app/stream_name.hpp"
#include "app/wiring.hpp"
#include "domain/access/workspace.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/history/snapshot.hpp"

namespace ledger::app {

std::vector<RecordedEvent> events_in_ledger(const Invocation& call, const std::string& stream) {
  const StreamId id = stream_named(stream);
  pg::Connection connection(connection_settings(call.settings, "replay"));
  projections::HistorySnapshot history(connection);
  const auto workspace = history.workspace_of(id);
  std::vector<RecordedEvent> events;
  if (workspace) history.stream(*workspace, id, [&](RecordedEvent event) { events.push_back(std::move(event)); });
  if (events.empty()) throw std::runtime_error("there is no stream " + stream);
  return events;
}

std::vector<RecordedEvent> events_in_dump(const std::string& path, const std::string& stream) {
  DumpReader reader(path);
  std::vector<RecordedEvent> events;
  while (auto line = reader.next()) {
    auto* change = std::get_if<dump::Change>(&*line);
    if (!change) continue;
    RecordedEvent& event = change->event;
    const bool meant = stream.empty() ? event.stream.kind != workspace::kStreamKind : event.stream.text() == stream;
    if (!meant) continue;
    if (!events.empty() && events.front().stream != event.stream) throw std::runtime_error(path + " holds several streams: say which one is meant");
    events.push_back(std::move(event));
  }
  if (events.empty()) throw std::runtime_error("there is no stream " + (stream.empty() ? "besides the workspace's" : stream) + " in " + path);
  return events;
}

}  // namespace ledger::app
