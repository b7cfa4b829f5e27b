// What owners of requests say of what came of them, and what that says of the agents.

#include "commands/feedback/propose.hpp"
#include "commands/feedback/streams.hpp"
#include "domain/json.hpp"
#include "http/changes/caught_up.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/give.hpp"
#include "http/changes/seal_texts.hpp"
#include "http/json/feedback_json.hpp"
#include "http/reading/feedback_fields.hpp"
#include "http/reading/subject_fields.hpp"
#include "http/resources/handlers.hpp"
#include "http/time_list.hpp"
#include "infra/sealing/text_seals.hpp"
#include "projections/executions/queries.hpp"

namespace ledger::http {
namespace {

// An execution may have been recorded with the request id a moment ago, in any partition.
std::optional<projections::RequestOwner> owner_of(const std::string& request_id, const Request& request, const App& app) {
  const auto& workspace = request.principal.workspace;
  return find_present([&] { return app.executions->owner_of(workspace, request_id); }, [&] { return await_present(request, app, LogTopic::executions, *app.executions_reached); });
}

// How the request id was first used.
std::optional<feedback::Origin> origin_of(const std::optional<projections::RequestOwner>& owner, const std::string& request_id) {
  if (!owner) return std::nullopt;
  return feedback::Origin{{.request_id = request_id, .execution = owner->execution, .prompt = owner->prompt, .version = owner->version, .user = owner->user},
                          owner->actor};
}

}  // namespace

Outcome give_feedback(const Request& request, App& app) {
  Fields fields(request.body());
  auto command = read_feedback(fields);
  const auto subject = read_subject(fields);
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_min_position(request, app, *app.executions_reached); !reached) return tl::unexpected(reached.error());
  const auto stream = feedback::stream_of(request.principal.workspace, command.request_id);
  const auto caller = caller_of(request, app, stream.text(), annotations);
  if (!caller) return tl::unexpected(caller.error());
  const auto owner = owner_of(command.request_id, request, app);
  // Without a subject of its own a comment belongs to the execution's.
  const std::string subject_id = subject ? app.seals->subject_id(request.principal.workspace, *subject) : owner ? owner->subject : "";
  if (!subject_id.empty()) {
    if (auto sealed = seal_comment(command, stream, subject_id, request, app); !sealed) return tl::unexpected(sealed.error());
  }
  return give(feedback::propose(command, origin_of(owner, command.request_id), *caller), request, app).and_then([&](const Accepted& accepted) {
    return answer_change(accepted, request, app);
  });
}

Outcome list_feedback(const Request& request, App& app) {
  Query query(request.query);
  const auto filter = read_feedback_filter(query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto find = [&](const auto& after, int limit) { return app.feedback->feedback(request.principal.workspace, filter, after, limit); };
  return time_list(request, app, *app.feedback_reached, page, find, feedback_json);
}

Outcome show_agent_effectiveness(const Request& request, App& app) {
  Query query(request.query);
  const auto user = query.text("user");
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_min_position(request, app, *app.feedback_reached); !reached) return tl::unexpected(reached.error());
  return json_reply(200, effectiveness_json(app.feedback->agent_wins(request.principal.workspace, user)));
}

}  // namespace ledger::http
