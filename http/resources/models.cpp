// The models that prompts run on, and what they cost.
#include <nlohmann/json.hpp>

#include "commands/model/propose.hpp"
#include "http/min_position.hpp"
#include "http/model_fields.hpp"
#include "http/model_json.hpp"
#include "http/past.hpp"
#include "http/resources/handlers.hpp"
#include "http/time_list.hpp"
#include "http/workspace_change.hpp"
#include "projections/definitions/queries.hpp"

namespace ledger::http {
namespace {

using projections::ModelEntry;

// A command on the model that the path names.
template <class Source, class Command>
Outcome change_model_by(const Request& request, App& app, Source& source, Command command) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  return change_in_workspace(request, app, source, [&](const Caller& caller) { return model::propose(*id, std::move(command), caller); });
}

std::optional<ModelEntry> find_model(const App& app, const std::string& workspace, const std::string& id, const Moment& moment) {
  if (moment.now()) return app.definitions->model(workspace, id);
  const auto events = events_at(app, workspace, {std::string(model::kStreamKind), id}, moment);
  if (events.empty()) return std::nullopt;
  return ModelEntry{id, fold<model::State>(events)};
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
  Query query(request.query);
  const auto moment = read_moment(query);
  const bool deleted_too = query.boolean("deleted").value_or(false);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  if (auto reached = await_min_position(request, app, moment.now() ? *app.definitions_reached : *app.history_reached); !reached) {
    return tl::unexpected(reached.error());
  }
  const auto entry = find_model(app, request.principal.workspace, *id, moment);
  if (!entry || (entry->state.deleted_at && !deleted_too)) {
    return tl::unexpected(problem(Code::not_found, entry ? "The model was deleted; ?deleted=true shows it." : "There is no model " + *id + " at that moment."));
  }
  return json_reply(200, model_json(entry->id, entry->state)).tagged(entry->state.version);
}

}  // namespace ledger::http
