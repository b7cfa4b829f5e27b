// CSV of what a workspace has.

#include "domain/json.hpp"
#include "http/exports/exports.hpp"
#include "http/min_position.hpp"
#include "http/reading/fields.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using Export = Reply (*)(const App& app, const std::string& workspace, const ExportFilter& filter);

Outcome answer_export(const Request& request, const App& app, Export write) {
  Fields fields(request.body_or_empty());
  const ExportFilter filter{.prompt = fields.optional_string("prompt_id"), .created = {fields.optional_time("created_from"), fields.optional_time("created_until")}};
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  for (auto* const reached : {app.executions_reached, app.feedback_reached, app.prompts_reached, app.definitions_reached}) {
    if (auto there = await_min_position(request, app, *reached); !there) return tl::unexpected(there.error());
  }
  return write(app, request.principal.workspace, filter);
}

}  // namespace

Outcome export_multi_agent(const Request& request, App& app) { return answer_export(request, app, export_feedback); }
Outcome export_temporal(const Request& request, App& app) { return answer_export(request, app, export_over_time); }
Outcome export_all(const Request& request, App& app) { return answer_export(request, app, export_executions); }

}  // namespace ledger::http
