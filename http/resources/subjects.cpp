// Whose personal text is sealed, and erasing it.

#include "commands/subject/propose.hpp"
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/give.hpp"
#include "http/json/subject_json.hpp"
#include "http/min_position.hpp"
#include "http/reading/subject_fields.hpp"
#include "http/resources/handlers.hpp"
#include "infra/sealing/text_seals.hpp"
#include "projections/subjects/queries.hpp"

namespace ledger::http {
namespace {

// What was erased for it, and whether there is a key: one of both, or it is nobody.
Outcome show(const std::string& id, const Request& request, const App& app) {
  if (auto reached = await_min_position(request, app, *app.subjects_reached); !reached) return tl::unexpected(reached.error());
  const auto& workspace = request.principal.workspace;
  const auto state = app.subjects->by_id(workspace, id);
  const auto kept = app.seals->kept(workspace, id);
  if (!state && !kept) return tl::unexpected(problem(Code::not_found, "There is no such subject: no text was ever sealed for it in this workspace."));
  const auto erased = state.value_or(subject::State{});
  return json_reply(200, subject_json(id, erased, is_carried_out(erased, kept))).tagged(erased.version);
}

}  // namespace

// By name, which is nobody's business and so in the body: paths are written to logs.
Outcome find_subject(const Request& request, App& app) {
  Fields fields(request.body());
  const auto name = read_subject(fields);
  if (!name) fields.refuse("subject", "is missing");
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  return show(app.seals->subject_id(request.principal.workspace, *name), request, app);
}

Outcome show_subject(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  return request.id("id").and_then([&](const std::string& id) { return show(id, request, app); });
}

Outcome erase_subject(const Request& request, App& app) {
  Fields fields(request.body_or_empty());
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  const auto& workspace = request.principal.workspace;
  const auto caller = caller_of(request, app, workspace_partition_key(workspace), annotations);
  if (!caller) return tl::unexpected(caller.error());
  std::vector<subject::KeyPrint> keys;
  if (const auto kept = app.seals->kept(workspace, *id)) keys.push_back({kept->id, kept->fingerprint});
  return give(subject::propose(*id, {}, keys, *caller), request, app).and_then([&](const Accepted& accepted) { return answer_change(accepted, request, app); });
}

}  // namespace ledger::http
