#pragma once

#include <optional>
#include <string>

#include "http/app.hpp"
#include "http/past/audited.hpp"
#include "http/reading/list_format.hpp"
#include "http/reply.hpp"
#include "projections/audit/queries.hpp"
#include "projections/feedback/queries.hpp"

// What a workspace has, as CSV for spreadsheets and notebooks (and lines of JSON where said); nothing ever reads it back. Rows come in pages of a few, oldest first, each with a question of
// its own, so that neither the size of an export nor a slow client holds memory or a session of the database. The first page is read before the answer begins:
// what cannot be answered is an error, and what breaks later leaves the answer unfinished.
namespace ledger::http {

// What is absent does not filter.
struct ExportFilter {
  std::optional<std::string> prompt;
  projections::Period created;
};

// A row for each feedback: what was said, and of which prompt, version and execution.
Reply export_feedback(const App& app, const std::string& workspace, const ExportFilter& filter);
// A row for each version that was made and each score that was given, in order of time.
Reply export_over_time(const App& app, const std::string& workspace, const ExportFilter& filter);
// A row for each execution, with everything said of it.
Reply export_executions(const App& app, const std::string& workspace, const ExportFilter& filter);

// A row, or a line of JSON, for each event that the audit trail has of the filter. Not for ListFormat::json, which is a page.
struct AuditExport {
  projections::AuditFilter filter;
  projections::TimeOrder order = projections::TimeOrder::newest_first;
  ListFormat format = ListFormat::ndjson;
  Patch patch = Patch::without;        // lines of JSON only
};
Reply export_audit(const App& app, const std::string& workspace, const AuditExport& wanted);

}  // namespace ledger::http
