
#include <limits>

#include "commands/prompt/propose.hpp"
#include "commands/prompt/propose_settings.hpp"
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/give.hpp"
#include "http/json/prompt_json.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

Result<Caller, Problem> caller_in_workspace(const Request& request, const App& app, const Annotations& annotations) {
  return caller_of(request, app, workspace_partition_key(request.principal.workspace), annotations);
}

template <class Command>
Outcome move_label(const Request& request, App& app, const std::string& prompt_id, Command command, const Annotations& annotations) {
  const auto caller = caller_in_workspace(request, app, annotations);
  if (!caller) return tl::unexpected(caller.error());
  return give(prompt::propose(prompt_id, std::move(command), *caller), request, app).and_then([&](const Accepted& accepted) {
    return answer_change(accepted, request, app);
  });
}

}  // namespace

Outcome list_prompt_labels(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  return read_prompt(request, app).map([&](const projections::CatalogEntry& entry) {
    const auto locked = app.prompts->protected_labels(request.principal.workspace);
    const json labels = labels_json(entry.state);
    json items = json::array();
    for (const auto& [label, version] : labels.items()) {
      items.push_back({{"label", label}, {"version", version}, {"protected", std::ranges::find(locked, label) != locked.end()}});
    }
    return json_reply(200, {{"items", std::move(items)}, {"next_cursor", nullptr}}).tagged(entry.state.version);
  });
}

Outcome set_prompt_label(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Fields fields(request.body());
  const auto version = fields.required_integer("version", 1, std::numeric_limits<prompt::VersionNumber>::max());
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  return move_label(request, app, *id, prompt::MoveLabel{request.parameter("label"), static_cast<prompt::VersionNumber>(version)}, annotations);
}

Outcome remove_prompt_label(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Query query(request.query);
  const auto annotations = read_annotations(query);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  return move_label(request, app, *id, prompt::RemoveLabel{request.parameter("label")}, annotations);
}

Outcome show_prompt_label_history(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  const auto entry = read_prompt(request, app);
  if (!entry) return tl::unexpected(entry.error());
  const auto& label = request.parameter("label");
  json items = json::array();
  for (const auto& period : prompt::label_history(entry->state, label)) items.push_back(label_period_json(period));
  if (items.empty()) {
    const bool derived = label == prompt::kLatestLabel;
    return tl::unexpected(problem(Code::not_found, derived ? "latest is no label that moves: it always points to the newest version. See the versions."
                                                           : "The prompt never had a label \"" + label + "\"."));
  }
  return json_reply(200, {{"items", std::move(items)}, {"next_cursor", nullptr}}).tagged(entry->state.version);
}

Outcome protect_label(const Request& request, App& app) {
  Fields fields(request.body());
  settings::ProtectLabel command{request.parameter("label"), fields.required_boolean("protected")};
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  const auto caller = caller_in_workspace(request, app, annotations);
  if (!caller) return tl::unexpected(caller.error());
  const json asked{{"label", command.label}, {"protected", command.is_protected}};
  return give(settings::propose(std::move(command), *caller), request, app).and_then([&](const Accepted& accepted) {
    return answer_change(accepted, request, app, asked);
  });
}

}  // namespace ledger::http
