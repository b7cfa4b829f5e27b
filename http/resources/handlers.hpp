#pragma once

#include "http/app.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

// Every call there is, by resource, one file each. routes.cpp gives them their paths and roles.
namespace ledger::http {

// prompts.cpp: reading them
Outcome list_prompts(const Request& request, App& app);
Outcome list_prompts_by_status(const Request& request, App& app);
Outcome show_prompt(const Request& request, App& app);
// prompt_changes.cpp
Outcome create_prompt(const Request& request, App& app);
Outcome change_prompt(const Request& request, App& app);
Outcome add_prompt_version(const Request& request, App& app);
Outcome roll_back_prompt(const Request& request, App& app);
Outcome fork_prompt(const Request& request, App& app);
Outcome move_prompt_lifecycle(const Request& request, App& app);
Outcome delete_prompt(const Request& request, App& app);
Outcome restore_prompt(const Request& request, App& app);
// prompt_versions.cpp
Outcome list_prompt_versions(const Request& request, App& app);
Outcome show_prompt_version(const Request& request, App& app);
Outcome diff_prompt_versions(const Request& request, App& app);
// blame.cpp
Outcome blame_prompt(const Request& request, App& app);
// prompt_rendering.cpp
Outcome find_prompt(const Request& request, App& app);
Outcome render_prompt(const Request& request, App& app);
// labels.cpp
Outcome list_prompt_labels(const Request& request, App& app);
Outcome set_prompt_label(const Request& request, App& app);
Outcome remove_prompt_label(const Request& request, App& app);
Outcome show_prompt_label_history(const Request& request, App& app);
Outcome protect_label(const Request& request, App& app);
// executions.cpp: recording and reading them
Outcome record_execution(const Request& request, App& app);
Outcome record_execution_batch(const Request& request, App& app);
Outcome list_executions(const Request& request, App& app);
Outcome show_execution(const Request& request, App& app);
// provenance.cpp
Outcome show_execution_provenance(const Request& request, App& app);
// execution_driving.cpp: from outside; logs
Outcome start_execution(const Request& request, App& app);
Outcome complete_execution(const Request& request, App& app);
Outcome fail_execution(const Request& request, App& app);
Outcome cancel_execution(const Request& request, App& app);
Outcome validate_execution(const Request& request, App& app);
Outcome append_execution_log(const Request& request, App& app);
Outcome list_execution_logs(const Request& request, App& app);
// models.cpp
Outcome create_model(const Request& request, App& app);
Outcome list_models(const Request& request, App& app);
Outcome show_model(const Request& request, App& app);
Outcome change_model(const Request& request, App& app);
Outcome delete_model(const Request& request, App& app);
Outcome restore_model(const Request& request, App& app);
// analytics.cpp: what executions come to
Outcome summarize_executions(const Request& request, App& app);
Outcome summarize_prompt(const Request& request, App& app);
Outcome show_dashboard(const Request& request, App& app);
// usage.cpp: time series of it
Outcome show_usage(const Request& request, App& app);
Outcome show_temporal(const Request& request, App& app);
// feedback.cpp
Outcome give_feedback(const Request& request, App& app);
Outcome list_feedback(const Request& request, App& app);
Outcome show_agent_effectiveness(const Request& request, App& app);
// judgement.cpp
Outcome give_judge_scores(const Request& request, App& app);
Outcome list_judge_scores(const Request& request, App& app);
Outcome show_best_head(const Request& request, App& app);
Outcome record_security_scan(const Request& request, App& app);
Outcome list_security_scans(const Request& request, App& app);
// subjects.cpp: whose personal text is sealed
Outcome find_subject(const Request& request, App& app);
Outcome show_subject(const Request& request, App& app);
Outcome erase_subject(const Request& request, App& app);
// scores.cpp
Outcome give_score(const Request& request, App& app);
Outcome list_scores(const Request& request, App& app);
Outcome create_score_definition(const Request& request, App& app);
Outcome list_score_definitions(const Request& request, App& app);
Outcome show_score_definition(const Request& request, App& app);
Outcome change_score_definition(const Request& request, App& app);
Outcome delete_score_definition(const Request& request, App& app);
Outcome restore_score_definition(const Request& request, App& app);
// exports.cpp
Outcome export_multi_agent(const Request& request, App& app);
Outcome export_temporal(const Request& request, App& app);
Outcome export_all(const Request& request, App& app);
// history.cpp
Outcome show_prompt_history(const Request& request, App& app);
Outcome list_stream_events(const Request& request, App& app);
// replay.cpp: streams step by step, and between two moments
Outcome replay_stream(const Request& request, App& app);
Outcome diff_stream(const Request& request, App& app);
// incidents.cpp
Outcome list_incidents(const Request& request, App& app);
// audit.cpp
Outcome list_audit(const Request& request, App& app);
// workspace_diff.cpp: what changed between two moments
Outcome diff_workspace(const Request& request, App& app);
// events.cpp
Outcome follow_events(const Request& request, App& app);
// proof.cpp
Outcome show_event_proof(const Request& request, App& app);
Outcome list_checkpoints(const Request& request, App& app);
Outcome show_consistency(const Request& request, App& app);
Outcome show_verification(const Request& request, App& app);
// commands.cpp
Outcome show_command(const Request& request, App& app);
// cluster.cpp
Outcome show_cluster(const Request& request, App& app);
// projections.cpp
Outcome list_projections(const Request& request, App& app);
Outcome show_projection(const Request& request, App& app);
Outcome pause_projection(const Request& request, App& app);
Outcome resume_projection(const Request& request, App& app);
Outcome rebuild_projection(const Request& request, App& app);
Outcome throttle_rebuild(const Request& request, App& app);
Outcome cancel_rebuild(const Request& request, App& app);
Outcome list_parked(const Request& request, App& app);
Outcome retry_parked(const Request& request, App& app);
Outcome skip_parked(const Request& request, App& app);
// operation.cpp
Outcome show_health(const Request& request, App& app);
Outcome show_liveness(const Request& request, App& app);
Outcome show_readiness(const Request& request, App& app);
Outcome show_metrics(const Request& request, App& app);
Outcome show_openapi(const Request& request, App& app);
// access.cpp
Outcome create_api_key(const Request& request, App& app);
Outcome list_api_keys(const Request& request, App& app);
Outcome show_api_key(const Request& request, App& app);
Outcome revoke_api_key(const Request& request, App& app);
Outcome create_workspace(const Request& request, App& app);
Outcome list_workspaces(const Request& request, App& app);
Outcome show_workspace(const Request& request, App& app);

}  // namespace ledger::http
