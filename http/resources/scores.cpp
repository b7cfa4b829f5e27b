// Scores of executions, traces, sessions, versions and test runs, and what a workspace means by them.

#include "commands/execution/propose.hpp"
#include "commands/score/propose.hpp"
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/changes/begin_stream.hpp"
#include "http/changes/caught_up.hpp"
#include "http/changes/feedback_place.hpp"
#include "http/changes/workspace_change.hpp"
#include "http/json/score_json.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/score_fields.hpp"
#include "http/resources/handlers.hpp"
#include "http/show_one.hpp"
#include "http/time_list.hpp"
#include "infra/crypto/uuid.hpp"
#include "projections/executions/queries.hpp"

namespace ledger::http {
namespace {

using score::TargetKind;

// It may have been recorded a moment ago.
std::optional<projections::ExecutionEntry> find_execution(const std::string& id, const Request& request, const App& app) {
  if (!crypto::is_uuid(id)) return std::nullopt;
  const auto& workspace = request.principal.workspace;
  return find_present([&] { return app.executions->by_id(workspace, id); },
                      [&] { return await_present(request, app, LogTopic::executions, execution::partition_key(id), *app.executions_reached); });
}

std::optional<score_definition::State> find_definition(const std::string& id, const Request& request, const App& app) {
  const auto& workspace = request.principal.workspace;
  auto entry = find_present([&] { return app.definitions->score_definition(workspace, id); },
                            [&] { return await_present(request, app, LogTopic::prompts, workspace_partition_key(workspace), *app.definitions_reached); });
  return entry ? std::optional(std::move(entry->state)) : std::nullopt;
}

score::GiveContext look_up(const score::GiveScore& command, const Request& request, const App& app) {
  score::GiveContext context;
  if (command.target == TargetKind::execution) {
    const auto execution = find_execution(command.target_id, request, app);
    context.target_exists = execution.has_value();
    if (execution) {
      const auto& asked = execution->state.request;
      context.prompt = asked.prompt;
      context.version = asked.version;
      context.user = asked.user;
    }
  }
  if (command.target == TargetKind::version) {
    const auto version = crypto::is_uuid(command.target_id) ? find_named_version(request, app, command.target_id, {.number = command.target_version, .label = {}}) : std::nullopt;
    context.target_exists = version && version->number > 0;
    context.prompt = command.target_id;
    context.version = command.target_version;
  }
  if (command.definition) context.definition = find_definition(*command.definition, request, app);
  return context;
}

// A command on the definition that the path names.
template <class Source, class Command>
Outcome change_definition_by(const Request& request, App& app, Source& source, Command command) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  return change_in_workspace(request, app, source, [&](const Caller& caller) { return score_definition::propose(*id, std::move(command), caller); });
}

}  // namespace

Outcome give_score(const Request& request, App& app) {
  Fields fields(request.body());
  const auto command = read_score(fields);
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  for (auto* const reached : {app.definitions_reached, app.executions_reached}) {
    if (auto there = await_min_position(request, app, *reached); !there) return tl::unexpected(there.error());
  }
  const auto context = look_up(command, request, app);
  return begin_stream(kScores, request, app, annotations,
                      [&](const std::string& id, const Caller& caller) { return score::propose(id, command, context, caller); });
}

Outcome list_scores(const Request& request, App& app) {
  Query query(request.query);
  const auto filter = read_score_filter(query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto find = [&](const auto& after, int limit) { return app.feedback->scores(request.principal.workspace, filter, after, limit); };
  return time_list(request, app, *app.feedback_reached, page, find, [](const projections::ScoreEntry& entry, const sealing::OpenKeys& keys) { return score_json(entry, keys); });
}

Outcome create_score_definition(const Request& request, App& app) {
  Fields fields(request.body());
  auto command = read_create_definition(fields);
  return change_in_workspace(request, app, fields, [&](const Caller& caller) { return score_definition::propose(std::move(command), caller); });
}

Outcome change_score_definition(const Request& request, App& app) {
  Fields fields(request.body());
  return change_definition_by(request, app, fields, read_change_definition(fields));
}

Outcome delete_score_definition(const Request& request, App& app) {
  Query query(request.query);
  return change_definition_by(request, app, query, score_definition::DeleteDefinition{});
}

Outcome restore_score_definition(const Request& request, App& app) {
  Fields fields(request.body_or_empty());
  return change_definition_by(request, app, fields, score_definition::RestoreDefinition{});
}

Outcome list_score_definitions(const Request& request, App& app) {
  Query query(request.query);
  const auto filter = read_definition_filter(query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto find = [&](const auto& after, int limit) { return app.definitions->score_definitions(request.principal.workspace, filter, after, limit); };
  return time_list(request, app, *app.definitions_reached, page, find, score_definition_json);
}

Outcome show_score_definition(const Request& request, App& app) {
  const auto find_now = [&](const std::string& id) { return app.definitions->score_definition(request.principal.workspace, id); };
  return show_one<projections::ScoreDefinitionEntry>(request, app, *app.definitions_reached, score_definition::kStreamKind, "score definition", find_now, score_definition_json);
}

}  // namespace ledger::http
