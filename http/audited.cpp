#include "http/audited.hpp"

#include <utility>

#include "domain/json.hpp"
#include "http/event_json.hpp"
#include "http/problem.hpp"
#include "projections/positions.hpp"

namespace ledger::http {

using projections::AuditEntry;
using projections::HistoryEvent;

std::vector<Audited> audited(const App& app, const std::string& workspace, std::span<const AuditEntry> entries, std::chrono::milliseconds at_most) {
  std::vector<log::Position> positions;
  for (const auto& entry : entries) positions.push_back(entry.place.position);
  auto events = app.history->at(workspace, positions);
  if (events.size() < positions.size()) {
    (void)app.history_reached->wait_until(positions, std::chrono::steady_clock::now() + at_most);
    events = app.history->at(workspace, positions);
  }
  if (events.size() < positions.size()) throw Unavailable("the history has not got what the audit trail lists");
  std::vector<Audited> out;
  for (std::size_t n = 0; n < events.size(); ++n) out.push_back({std::move(events[n]), entries[n].prompt});
  return out;
}

nlohmann::json audited_json(const Audited& audited, const App& app) {
  auto out = event_json(audited.event, app.settings.topic_prefix, EventData::without);
  if (audited.prompt) out["prompt_id"] = *audited.prompt;
  return out;
}

}  // namespace ledger::http
