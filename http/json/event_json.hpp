#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

#include "projections/history/queries.hpp"

namespace ledger::http {

// An event's envelope and what it changed in words, as all calls show it; its data where asked for.
enum class EventData : std::uint8_t { with, without };
nlohmann::json event_json(const projections::HistoryEvent& event, std::string_view topic_prefix, EventData data);

}  // namespace ledger::http
