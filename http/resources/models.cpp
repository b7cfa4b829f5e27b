// The models that prompts run on, and what they cost.

#include "commands/model/propose.hpp"
#include "domain/json.hpp"
#include "http/changes/workspace_change.hpp"
#include "http/json/model_json.hpp"
#include "http/reading/model_fields.hpp"
#include "http/resources/handlers.hpp"
#include "http/show_one.hpp"
#include "http/time_list.hpp"
#include "projections/definitions/queries.hpp"

namespace ledger::http {
namespace {

// A command on the model that the path names.
template <class Source, class Command>
Outcome change_model_by(const Request& request, App& app, Source& source, Command command) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  return change_in_workspace(request, app, source, [&](const Caller& caller) { return model::propose(*id, std::move(command), caller); });
}

}  // namespace

Outcome create_model(const Request& request, App& app) {
  Fields fields(request.body());
  auto command = read_create_model(fields);
  return change_in_workspace(request, app, fields, [&](const Caller& caller) { return model::propose(std::move(command), caller); });
}

Outcome change_model(const Request& request, App& app) {
  Fields fields(request.body());
  return change_model_by(request, app, fields, read_change_model(fields));
}

Outcome delete_model(const Request& request, App& app) {
  Query query(request.query);
  return change_model_by(request, app, query, model::DeleteModel{});
}

Outcome restore_model(const Request& request, App& app) {
  Fields fields(request.body_or_empty());
  return change_model_by(request, app, fields, model::RestoreModel{});
}

Outcome list_models(const Request& request, App& app) {
  Query query(request.query);
  const auto filter = read_model_filter(query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto find = [&](const auto& after, int limit) { return app.definitions->models(request.principal.workspace, filter, after, limit); };
  return time_list(request, app, *app.definitions_reached, page, find, model_json);
}

Outcome show_model(const Request& request, App& app) {
  const auto find_now = [&](const std::string& id) { return app.definitions->model(request.principal.workspace, id); };
  return show_one<projections::ModelEntry>(request, app, *app.definitions_reached, model::kStreamKind, "model", find_now, model_json);
}

}  // namespace ledger::http
