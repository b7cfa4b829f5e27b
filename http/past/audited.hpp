#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "http/app.hpp"
#include "projections/audit/queries.hpp"
#include "projections/history/queries.hpp"

namespace ledger::http {

// An event that the audit trail lists, and the prompt that it is about.
struct Audited {
  projections::HistoryEvent event;
  std::optional<std::string> prompt;
};

// The events at these places, in their order. The trail may be ahead of the history: then waits for it, at most so long, and throws Unavailable.
std::vector<Audited> audited(const App& app, const std::string& workspace, std::span<const projections::AuditEntry> entries, std::chrono::milliseconds at_most);

// Whether an event is shown with what it changed in its stream's state.
enum class Patch : std::uint8_t { without, with };

// The same in JSON, an array.
nlohmann::json audited_json(const App& app, const std::string& workspace, std::span<const projections::AuditEntry> entries, Patch patch, std::chrono::milliseconds at_most);

}  // namespace ledger::http
