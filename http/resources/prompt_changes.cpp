
#include "commands/prompt/propose.hpp"
#include "domain/json.hpp"
#include "http/changes/workspace_change.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/prompt_fields.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

// A command on the prompt that the path names.
template <class Source, class Command>
Outcome change_one(const Request& request, App& app, Source& source, Command command) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  return change_in_workspace(request, app, source, [&](const Caller& caller) { return prompt::propose(*id, std::move(command), caller); });
}

}  // namespace

Outcome create_prompt(const Request& request, App& app) {
  Fields fields(request.body());
  auto command = read_create(fields);
  return change_in_workspace(request, app, fields, [&](const Caller& caller) { return prompt::propose(app.new_id(), std::move(command), caller); });
}

Outcome fork_prompt(const Request& request, App& app) {
  const auto source = request.id("id");
  if (!source) return tl::unexpected(source.error());
  Fields fields(request.body());
  auto command = read_fork(fields);
  return change_in_workspace(request, app, fields, [&](const Caller& caller) { return prompt::propose(app.new_id(), *source, std::move(command), caller); });
}

Outcome change_prompt(const Request& request, App& app) {
  Fields fields(request.body());
  return change_one(request, app, fields, read_change(fields));
}

Outcome add_prompt_version(const Request& request, App& app) {
  Fields fields(request.body());
  return change_one(request, app, fields, read_add_version(fields));
}

Outcome roll_back_prompt(const Request& request, App& app) {
  const auto to = version_in_path(request);
  if (!to) return tl::unexpected(to.error());
  Fields fields(request.body_or_empty());
  return change_one(request, app, fields, prompt::RollBack{*to, fields.optional_string("change_log").value_or("")});
}

Outcome move_prompt_lifecycle(const Request& request, App& app) {
  Fields fields(request.body());
  return change_one(request, app, fields, prompt::MoveLifecycle{fields.required_choice<prompt::Status>("status", kStatusWords)});
}

Outcome delete_prompt(const Request& request, App& app) {
  Query query(request.query);
  return change_one(request, app, query, prompt::DeletePrompt{});
}

Outcome restore_prompt(const Request& request, App& app) {
  Fields fields(request.body_or_empty());
  return change_one(request, app, fields, prompt::RestorePrompt{});
}

}  // namespace ledger::http
