#include <stdexcept>

#include "domain/json.hpp"
#include "domain/replay/stream_kind.hpp"
#include "http/exports/export_pages.hpp"
#include "http/exports/exports.hpp"
#include "http/past/audited.hpp"
#include "http/reading/position_token.hpp"

namespace ledger::http {
namespace {

using projections::AuditEntry;
using projections::AuditPage;
using Entries = std::vector<AuditEntry>;

// Stable: columns are added at the end, never moved.
constexpr std::string_view kColumns[] = {"recorded_at", "occurred_at", "actor", "change", "reason", "kind", "stream_id", "version", "type", "prompt_id", "correlation_id", "causation_id", "id", "position"};

void put_event(CsvWriter& csv, const Audited& audited, const App& app) {
  const auto& event = audited.event.event;
  csv.time(event.meta.recorded_at).time(event.meta.occurred_at).text(event.meta.actor).text(in_words(event)).text(event.meta.reason.value_or(""));
  csv.text(event.stream.kind).text(event.stream.id).number(static_cast<std::int64_t>(event.sequence)).text(event.type).text(audited.prompt.value_or(""));
  csv.text(event.meta.correlation_id).text(event.meta.causation_id).text(event.meta.event_id);
  csv.text(to_position_token(std::span{&audited.event.position, 1}, app.settings.topic_prefix));
  csv.end_row();
}

}  // namespace

Reply export_audit(const App& app, const std::string& workspace, const AuditExport& wanted) {
  const auto read = [&app, workspace, wanted](const auto& after, int limit) { return app.audit->list(workspace, wanted.filter, wanted.order, after, limit); };
  Pages<AuditEntry, AuditPage> pages(read, kExportPage);
  switch (wanted.format) {
    case ListFormat::csv:
      return csv_of_pages("audit.csv", kColumns, std::move(pages), [&app, workspace](CsvWriter& csv, const Entries& entries) {
        for (const auto& event : audited(app, workspace, entries, app.settings.min_position_wait_ms)) put_event(csv, event, app);
      });
    case ListFormat::ndjson:
      return ndjson_of_pages("audit.ndjson", std::move(pages), [&app, workspace, patch = wanted.patch](const Entries& entries) {
        std::string lines;
        for (const auto& event : audited_json(app, workspace, entries, patch, app.settings.min_position_wait_ms)) lines += event.dump() + "\n";
        return lines;
      });
    case ListFormat::json: break;
  }
  throw std::logic_error("a page is no export");
}

}  // namespace ledger::http
