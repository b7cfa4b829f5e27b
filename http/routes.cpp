#include "http/changes/execution_place.hpp"
#include "http/changes/feedback_place.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/resources/handlers.hpp"
#include "http/route.hpp"
#include "infra/postgres/fault.hpp"

namespace ledger::http {
namespace {

// The database away is a 503; anything else that it refuses is our own mistake.
template <Handler handler>
Outcome answered(const Request& request, App& app) {
  try {
    return handler(request, app);
  } catch (const pg::Fault& fault) {
    switch (fault.code) {
      case pg::Code::retry:
      case pg::Code::reconnect:
      case pg::Code::timeout:
      case pg::Code::unavailable:
      case pg::Code::missing: throw Unavailable(fault.what());
      case pg::Code::conflict:
      case pg::Code::bad_data:
      case pg::Code::program: throw;
    }
    throw;
  }
}

// A change, or a question about one: answered by the node whose place it is.
template <Handler handler, std::optional<CommandPlace> (*place_of)(const Request&, const App&)>
Outcome placed(const Request& request, App& app) {
  return answer_at(place_of(request, app), request, app, handler);
}

template <Handler handler>
constexpr Route row(std::string_view method, std::string_view path, Role role, std::string_view operation_id, Body body = Body::none,
                    WhenFull when_full = WhenFull::refused) {
  return {method, path, role, answered<handler>, operation_id, body, when_full};
}

constexpr Route kRoutes[] = {
    row<placed<create_prompt, place_of_prompts>>("POST", "/api/v1/prompts", Role::editor, "create_prompt", Body::json),
    row<list_prompts>("GET", "/api/v1/prompts", Role::viewer, "list_prompts"),
    row<find_prompt>("GET", "/api/v1/prompts/search/{category}/{name}", Role::viewer, "find_prompt"),
    row<list_prompts_by_status>("GET", "/api/v1/prompts/lifecycle/{status}", Role::viewer, "list_prompts_by_status"),
    row<show_prompt>("GET", "/api/v1/prompts/{id}", Role::viewer, "show_prompt"),
    row<placed<change_prompt, place_of_prompts>>("PUT", "/api/v1/prompts/{id}", Role::editor, "change_prompt", Body::json),
    row<placed<delete_prompt, place_of_prompts>>("DELETE", "/api/v1/prompts/{id}", Role::editor, "delete_prompt"),
    row<placed<restore_prompt, place_of_prompts>>("POST", "/api/v1/prompts/{id}/restore", Role::editor, "restore_prompt", Body::optional_json),
    row<placed<add_prompt_version, place_of_prompts>>("PUT", "/api/v1/prompts/{id}/content", Role::editor, "add_prompt_version", Body::json),
    row<render_prompt>("POST", "/api/v1/prompts/{id}/render", Role::viewer, "render_prompt", Body::json),
    row<placed<fork_prompt, place_of_prompts>>("POST", "/api/v1/prompts/{id}/fork", Role::editor, "fork_prompt", Body::json),
    row<placed<move_prompt_lifecycle, place_of_prompts>>("PUT", "/api/v1/prompts/{id}/lifecycle", Role::publisher, "move_prompt_lifecycle", Body::json),
    row<list_prompt_versions>("GET", "/api/v1/prompts/{id}/versions", Role::viewer, "list_prompt_versions"),
    row<show_prompt_version>("GET", "/api/v1/prompts/{id}/versions/{version}", Role::viewer, "show_prompt_version"),
    row<placed<roll_back_prompt, place_of_prompts>>("POST", "/api/v1/prompts/{id}/versions/{version}/rollback", Role::editor, "roll_back_prompt", Body::optional_json),
    row<diff_prompt_versions>("GET", "/api/v1/prompts/{id}/diff", Role::viewer, "diff_prompt_versions"),
    row<blame_prompt>("GET", "/api/v1/prompts/{id}/blame", Role::viewer, "blame_prompt"),
    row<show_prompt_history>("GET", "/api/v1/prompts/{id}/history", Role::viewer, "show_prompt_history"),

    row<list_prompt_labels>("GET", "/api/v1/prompts/{id}/labels", Role::viewer, "list_prompt_labels"),
    row<placed<set_prompt_label, place_of_prompts>>("PUT", "/api/v1/prompts/{id}/labels/{label}", Role::editor, "set_prompt_label", Body::json),
    row<placed<remove_prompt_label, place_of_prompts>>("DELETE", "/api/v1/prompts/{id}/labels/{label}", Role::editor, "remove_prompt_label"),
    row<show_prompt_label_history>("GET", "/api/v1/prompts/{id}/labels/{label}/history", Role::viewer, "show_prompt_label_history"),
    row<placed<protect_label, place_of_prompts>>("PUT", "/api/v1/labels/{label}", Role::admin, "protect_label", Body::json),

    row<placed<record_execution, place_of_new_execution>>("POST", "/api/v1/executions", Role::editor, "record_execution", Body::json),
    row<record_execution_batch>("POST", "/api/v1/executions/batch", Role::editor, "record_execution_batch", Body::lines),
    row<list_executions>("GET", "/api/v1/executions", Role::viewer, "list_executions"),
    row<show_execution>("GET", "/api/v1/executions/{id}", Role::viewer, "show_execution"),
    row<show_execution_provenance>("GET", "/api/v1/executions/{id}/provenance", Role::viewer, "show_execution_provenance"),
    row<placed<start_execution, place_of_execution>>("POST", "/api/v1/executions/{id}/start", Role::editor, "start_execution", Body::optional_json),
    row<placed<complete_execution, place_of_execution>>("POST", "/api/v1/executions/{id}/complete", Role::editor, "complete_execution", Body::json),
    row<placed<fail_execution, place_of_execution>>("POST", "/api/v1/executions/{id}/fail", Role::editor, "fail_execution", Body::json),
    row<placed<cancel_execution, place_of_execution>>("POST", "/api/v1/executions/{id}/cancel", Role::editor, "cancel_execution", Body::optional_json),
    row<placed<validate_execution, place_of_execution>>("PUT", "/api/v1/executions/{id}/validation", Role::editor, "validate_execution", Body::json),
    row<placed<append_execution_log, place_of_execution>>("POST", "/api/v1/executions/{id}/logs", Role::editor, "append_execution_log", Body::json),
    row<list_execution_logs>("GET", "/api/v1/executions/{id}/logs", Role::viewer, "list_execution_logs"),

    row<placed<create_model, place_of_prompts>>("POST", "/api/v1/models", Role::editor, "create_model", Body::json),
    row<list_models>("GET", "/api/v1/models", Role::viewer, "list_models"),
    row<show_model>("GET", "/api/v1/models/{id}", Role::viewer, "show_model"),
    row<placed<change_model, place_of_prompts>>("PUT", "/api/v1/models/{id}", Role::editor, "change_model", Body::json),
    row<placed<delete_model, place_of_prompts>>("DELETE", "/api/v1/models/{id}", Role::editor, "delete_model"),
    row<placed<restore_model, place_of_prompts>>("POST", "/api/v1/models/{id}/restore", Role::editor, "restore_model", Body::optional_json),

    row<placed<give_feedback, place_of_feedback>>("POST", "/api/v1/feedback", Role::editor, "give_feedback", Body::json),
    row<list_feedback>("GET", "/api/v1/feedback", Role::viewer, "list_feedback"),
    row<show_dashboard>("GET", "/api/v1/dashboard", Role::viewer, "show_dashboard"),
    row<summarize_executions>("GET", "/api/v1/analytics/summary", Role::viewer, "summarize_executions"),
    row<summarize_prompt>("GET", "/api/v1/analytics/prompts/{id}", Role::viewer, "summarize_prompt"),
    row<show_usage>("GET", "/api/v1/analytics/usage", Role::viewer, "show_usage"),
    row<show_temporal>("GET", "/api/v1/analytics/temporal", Role::viewer, "show_temporal"),
    row<show_agent_effectiveness>("GET", "/api/v1/analytics/agent-effectiveness", Role::viewer, "show_agent_effectiveness"),
    row<placed<give_judge_scores, place_of_judge_scores>>("POST", "/api/v1/prompts/{id}/versions/{version}/judge-scores", Role::editor, "give_judge_scores", Body::json),
    row<list_judge_scores>("GET", "/api/v1/prompts/{id}/versions/{version}/judge-scores", Role::viewer, "list_judge_scores"),
    row<show_best_head>("GET", "/api/v1/prompts/{id}/best-head", Role::viewer, "show_best_head"),
    row<placed<record_security_scan, place_of_security_scan>>("POST", "/api/v1/security-scans", Role::editor, "record_security_scan", Body::json),
    row<list_security_scans>("GET", "/api/v1/security-scans", Role::viewer, "list_security_scans"),
    row<placed<give_score, place_of_score>>("POST", "/api/v1/scores", Role::editor, "give_score", Body::json),
    row<list_scores>("GET", "/api/v1/scores", Role::viewer, "list_scores"),
    row<placed<create_score_definition, place_of_prompts>>("POST", "/api/v1/score-definitions", Role::editor, "create_score_definition", Body::json),
    row<list_score_definitions>("GET", "/api/v1/score-definitions", Role::viewer, "list_score_definitions"),
    row<show_score_definition>("GET", "/api/v1/score-definitions/{id}", Role::viewer, "show_score_definition"),
    row<placed<change_score_definition, place_of_prompts>>("PUT", "/api/v1/score-definitions/{id}", Role::editor, "change_score_definition", Body::json),
    row<placed<delete_score_definition, place_of_prompts>>("DELETE", "/api/v1/score-definitions/{id}", Role::editor, "delete_score_definition"),
    row<placed<restore_score_definition, place_of_prompts>>("POST", "/api/v1/score-definitions/{id}/restore", Role::editor, "restore_score_definition", Body::optional_json),

    row<find_subject>("POST", "/api/v1/subjects/search", Role::admin, "find_subject", Body::json),
    row<show_subject>("GET", "/api/v1/subjects/{id}", Role::admin, "show_subject"),
    row<placed<erase_subject, place_of_prompts>>("POST", "/api/v1/subjects/{id}/erase", Role::admin, "erase_subject", Body::optional_json),

    row<export_multi_agent>("POST", "/api/v1/storage/export-multi-agent", Role::viewer, "export_multi_agent", Body::optional_json),
    row<export_temporal>("POST", "/api/v1/storage/export-temporal", Role::viewer, "export_temporal", Body::optional_json),
    row<export_all>("POST", "/api/v1/storage/export-all", Role::viewer, "export_all", Body::optional_json),

    row<list_audit>("GET", "/api/v1/audit", Role::viewer, "list_audit"),
    row<list_incidents>("GET", "/api/v1/incidents", Role::viewer, "list_incidents"),
    row<list_stream_events>("GET", "/api/v1/streams/{kind}/{id}/events", Role::viewer, "list_stream_events"),
    row<replay_stream>("GET", "/api/v1/streams/{kind}/{id}/replay", Role::viewer, "replay_stream"),
    row<diff_stream>("GET", "/api/v1/streams/{kind}/{id}/diff", Role::viewer, "diff_stream"),
    row<diff_workspace>("GET", "/api/v1/diff", Role::viewer, "diff_workspace"),
    row<follow_events>("GET", "/api/v1/events", Role::viewer, "follow_events"),
    row<show_event_proof>("GET", "/api/v1/events/{id}/proof", Role::viewer, "show_event_proof"),
    row<list_checkpoints>("GET", "/api/v1/log/{topic}/{partition}/checkpoints", Role::viewer, "list_checkpoints"),
    row<show_consistency>("GET", "/api/v1/log/{topic}/{partition}/consistency", Role::viewer, "show_consistency"),
    row<show_verification>("GET", "/api/v1/verify", Role::admin, "show_verification"),
    row<placed<show_command, place_of_token>>("GET", "/api/v1/commands/{token}", Role::viewer, "show_command"),

    row<placed<create_api_key, place_of_access>>("POST", "/api/v1/api-keys", Role::admin, "create_api_key", Body::json),
    row<list_api_keys>("GET", "/api/v1/api-keys", Role::admin, "list_api_keys"),
    row<show_api_key>("GET", "/api/v1/api-keys/{id}", Role::admin, "show_api_key"),
    row<placed<revoke_api_key, place_of_access>>("DELETE", "/api/v1/api-keys/{id}", Role::admin, "revoke_api_key"),
    row<placed<create_workspace, place_of_access>>("POST", "/api/v1/workspaces", Role::admin, "create_workspace", Body::json),
    row<list_workspaces>("GET", "/api/v1/workspaces", Role::admin, "list_workspaces"),
    row<show_workspace>("GET", "/api/v1/workspaces/{id}", Role::admin, "show_workspace"),

    row<list_projections>("GET", "/api/v1/projections", Role::admin, "list_projections"),
    row<show_projection>("GET", "/api/v1/projections/{name}", Role::admin, "show_projection"),
    row<placed<pause_projection, place_of_access>>("POST", "/api/v1/projections/{name}/pause", Role::admin, "pause_projection", Body::optional_json),
    row<placed<resume_projection, place_of_access>>("POST", "/api/v1/projections/{name}/resume", Role::admin, "resume_projection", Body::optional_json),
    row<placed<rebuild_projection, place_of_access>>("POST", "/api/v1/projections/{name}/rebuild", Role::admin, "rebuild_projection", Body::optional_json),
    row<placed<throttle_rebuild, place_of_access>>("PUT", "/api/v1/projections/{name}/rebuild", Role::admin, "throttle_rebuild", Body::json),
    row<placed<cancel_rebuild, place_of_access>>("DELETE", "/api/v1/projections/{name}/rebuild", Role::admin, "cancel_rebuild"),
    row<list_parked>("GET", "/api/v1/projections/{name}/parked", Role::admin, "list_parked"),
    row<placed<retry_parked, place_of_access>>("POST", "/api/v1/projections/{name}/parked/{id}/retry", Role::admin, "retry_parked", Body::optional_json),
    row<placed<skip_parked, place_of_access>>("POST", "/api/v1/projections/{name}/parked/{id}/skip", Role::admin, "skip_parked", Body::optional_json),

    row<show_cluster>("GET", "/api/v1/cluster", Role::admin, "show_cluster"),
    row<show_openapi>("GET", "/openapi.json", Role::open, "show_openapi"),

    row<show_health>("GET", "/health", Role::open, "show_health", Body::none, WhenFull::answered),
    row<show_liveness>("GET", "/health/live", Role::open, "show_liveness", Body::none, WhenFull::answered),
    row<show_readiness>("GET", "/health/ready", Role::open, "show_readiness", Body::none, WhenFull::answered),
    row<show_metrics>("GET", "/metrics", Role::viewer, "show_metrics", Body::none, WhenFull::answered),
};

}  // namespace

std::span<const Route> all_routes() { return kRoutes; }

std::span<const Route> operation_routes() { return std::span{kRoutes}.last(4); }

}  // namespace ledger::http
