#include "http/past/audited.hpp"

#include <utility>

#include "domain/json.hpp"
#include "http/json/event_json.hpp"
#include "http/past/event_patches.hpp"
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

nlohmann::json audited_json(const App& app, const std::string& workspace, std::span<const AuditEntry> entries, Patch patch, std::chrono::milliseconds at_most) {
  const auto events = audited(app, workspace, entries, at_most);
  nlohmann::json out = nlohmann::json::array();
  for (const auto& [event, prompt] : events) {
    out.push_back(event_json(event, app.settings.topic_prefix, EventData::without));
    if (prompt) out.back()["prompt_id"] = *prompt;
  }
  if (patch == Patch::without) return out;
  auto patches = event_patches(app, workspace, events);
  for (std::size_t n = 0; n < patches.size(); ++n) out[n]["patch"] = std::move(patches[n]);
  return out;
}

}  // namespace ledger::http
