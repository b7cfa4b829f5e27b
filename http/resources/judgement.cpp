// What judges find versions worth, and scanners texts risky.

#include "commands/feedback/propose.hpp"
#include "domain/json.hpp"
#include "http/changes/begin_stream.hpp"
#include "http/changes/feedback_place.hpp"
#include "http/changes/seal_texts.hpp"
#include "http/json/feedback_json.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/feedback_fields.hpp"
#include "http/reading/subject_fields.hpp"
#include "http/resources/handlers.hpp"
#include "http/time_list.hpp"

namespace ledger::http {
Outcome give_judge_scores(const Request& request, App& app) {
  const auto prompt = request.id("id");
  if (!prompt) return tl::unexpected(prompt.error());
  const auto version = version_in_path(request);
  if (!version) return tl::unexpected(version.error());
  Fields fields(request.body());
  auto command = read_scores(fields);
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  command.prompt = *prompt;
  command.version = *version;
  const auto found = find_named_version(request, app, *prompt, {.number = *version, .label = {}});
  judge_score::GiveContext context;
  if (found) context.latest = found->latest;
  return begin_stream(kJudgeScores, request, app, annotations,
                      [&](const std::string& id, const Caller& caller) { return judge_score::propose(id, command, context, caller); });
}

Outcome list_judge_scores(const Request& request, App& app) {
  const auto version = version_in_path(request);
  if (!version) return tl::unexpected(version.error());
  Query query(request.query);
  const auto judge = query.text("judge");
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  const auto prompt = read_prompt(request, app, *id, {}, {.number = *version, .label = {}});
  if (!prompt) return tl::unexpected(prompt.error());
  const projections::JudgeScoreFilter filter{*id, *version, judge};
  const auto find = [&](const auto& after, int limit) { return app.feedback->judge_scores(request.principal.workspace, filter, after, limit); };
  return time_list(request, app, *app.feedback_reached, page, find, judge_score_json);
}

// The best first; `best` is the first of them, or null while nothing was scored.
Outcome show_best_head(const Request& request, App& app) {
  Query query(request.query);
  const auto dimension = query.text("dimension");
  const auto judge = query.text("judge");
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto prompt = read_prompt(request, app);
  if (!prompt) return tl::unexpected(prompt.error());
  if (auto reached = await_min_position(request, app, *app.feedback_reached); !reached) return tl::unexpected(reached.error());
  nlohmann::json versions = nlohmann::json::array();
  for (const auto& head : app.feedback->heads(request.principal.workspace, prompt->id, dimension, judge)) versions.push_back(head_json(head));
  nlohmann::json best = versions.empty() ? nlohmann::json() : versions.front();
  return json_reply(200, {{"prompt_id", prompt->id}, {"best", std::move(best)}, {"versions", std::move(versions)}});
}

Outcome record_security_scan(const Request& request, App& app) {
  Fields fields(request.body());
  auto command = read_scan(fields);
  const auto subject = read_subject(fields);
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  return begin_stream(kSecurityScans, request, app, annotations, [&](const std::string& id, const Caller& caller) -> Result<Proposal, Problem> {
    if (subject) {
      if (auto sealed = seal_scan(command, id, *subject, request, app); !sealed) return tl::unexpected(sealed.error());
    }
    return security_scan::propose(id, command, caller);
  });
}

Outcome list_security_scans(const Request& request, App& app) {
  Query query(request.query);
  const auto filter = read_scan_filter(query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto find = [&](const auto& after, int limit) { return app.feedback->security_scans(request.principal.workspace, filter, after, limit); };
  return time_list(request, app, *app.feedback_reached, page, find, security_scan_json);
}

}  // namespace ledger::http
