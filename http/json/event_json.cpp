#include "http/json/event_json.hpp"

#include "domain/access/api_key.hpp"
#include "domain/json.hpp"
#include "domain/replay/stream_kind.hpp"
#include "http/reading/position_token.hpp"

namespace ledger::http {

using nlohmann::json;

namespace {

json data_json(const RecordedEvent& event) {
  json data = json::parse(event.data, nullptr, false);
  if (data.is_discarded()) return nullptr;
  // Of use only to somebody who tries secrets.
  if (event.stream.kind == api_key::kStreamKind && data.is_object()) data.erase("secret_sha256");
  return data;
}

}  // namespace

json event_json(const projections::HistoryEvent& recorded, std::string_view topic_prefix, EventData data) {
  const RecordedEvent& event = recorded.event;
  const log::Position positions[] = {recorded.position};
  json out{{"id", event.meta.event_id},
           {"kind", event.stream.kind},
           {"stream_id", event.stream.id},
           {"version", event.sequence},
           {"type", event.type},
           {"change", in_words(event)},
           {"actor", event.meta.actor},
           {"occurred_at", to_rfc3339(event.meta.occurred_at)},
           {"recorded_at", to_rfc3339(event.meta.recorded_at)},
           {"correlation_id", event.meta.correlation_id},
           {"position", to_position_token(positions, topic_prefix)}};
  if (event.first_recorded_at) out["first_recorded_at"] = to_rfc3339(*event.first_recorded_at);
  if (event.meta.reason) out["reason"] = *event.meta.reason;
  if (!event.meta.causation_id.empty()) out["causation_id"] = event.meta.causation_id;
  if (data == EventData::with) out["data"] = data_json(event);
  return out;
}

}  // namespace ledger::http
