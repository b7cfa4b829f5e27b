#include "http/changes/changed.hpp"

#include "domain/execution/state.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/json.hpp"
#include "domain/model/model.hpp"
#include "domain/projection/projection.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/state.hpp"
#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "domain/settings/settings.hpp"
#include "domain/subject/subject.hpp"
#include "http/json/access_json.hpp"
#include "http/json/execution_json.hpp"
#include "http/json/feedback_json.hpp"
#include "http/json/model_json.hpp"
#include "http/json/personal_json.hpp"
#include "http/json/projection_json.hpp"
#include "http/json/prompt_json.hpp"
#include "http/json/score_json.hpp"
#include "http/json/subject_json.hpp"
#include "http/min_position.hpp"
#include "http/past/past.hpp"
#include "http/pricing.hpp"
#include "http/reading/position_token.hpp"
#include "infra/postgres/fault.hpp"

namespace ledger::http {

using nlohmann::json;

namespace {

struct Shown {
  json body;
  std::string location;   // of what was made; empty when nothing was
  bool pending = false;   // decided for good, and yet to be carried out
};

std::string location_of(const std::string& prompt_id, const prompt::Event& event) {
  const std::string path = "/api/v1/prompts/" + prompt_id;
  const auto of_version = [&](const prompt::NewVersion& version) { return path + "/versions/" + std::to_string(version.number); };
  return std::visit(Overloaded{
                        [&](const prompt::Created&) { return path; },
                        [&](const prompt::Forked&) { return path; },
                        [&](const prompt::VersionAdded& e) { return of_version(e.version); },
                        [&](const prompt::RolledBack& e) { return of_version(e.version); },
                        [](const prompt::Changed&) { return std::string(); },
                        [](const prompt::LifecycleMoved&) { return std::string(); },
                        [](const prompt::LabelMoved&) { return std::string(); },
                        [](const prompt::LabelRemoved&) { return std::string(); },
                        [](const prompt::Deleted&) { return std::string(); },
                        [](const prompt::Restored&) { return std::string(); },
                    },
                    event);
}

Result<Shown, Problem> shown_prompt(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<prompt::State>(accepted, request, app).map([&](const prompt::State& state) {
    Shown shown{prompt_json(accepted.stream.id, state, state.find_version(state.latest())), ""};
    if (!accepted.event) return shown;
    if (const auto event = prompt::decode(accepted.event->type, accepted.event->data)) shown.location = location_of(accepted.stream.id, *event);
    return shown;
  });
}

// A read model carries it out, and may be behind, or its database away: the erasure stands all the same.
bool await_carried_out(const subject::State& state, const Accepted& accepted, const Request& request, const App& app) {
  try {
    if (!await_positions({accepted.position}, request, app, *app.subjects_reached)) return false;
    return is_carried_out(state, app.seals->kept(state.workspace, accepted.stream.id));
  } catch (const pg::Fault&) {
    return false;
  }
}

Result<Shown, Problem> shown_subject(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<subject::State>(accepted, request, app).map([&](const subject::State& state) {
    const bool done = await_carried_out(state, accepted, request, app);
    return Shown{subject_json(accepted.stream.id, state, done), "", !done};
  });
}

Result<Shown, Problem> shown_model(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<model::State>(accepted, request, app).map([&](const model::State& state) {
    Shown shown{model_json(accepted.stream.id, state), ""};
    if (!accepted.event) return shown;
    if (accepted.event->sequence == 1) shown.location = "/api/v1/models/" + accepted.stream.id;
    if (const auto event = model::decode(accepted.event->type, accepted.event->data)) {
      if (auto repricing = repricing_json(*event); !repricing.is_null()) shown.body["repricing"] = std::move(repricing);
    }
    return shown;
  });
}

Result<Shown, Problem> shown_definition(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<score_definition::State>(accepted, request, app).map([&](const score_definition::State& state) {
    const bool is_first = accepted.event && accepted.event->sequence == 1;
    return Shown{score_definition_json(accepted.stream.id, state), is_first ? "/api/v1/score-definitions/" + accepted.stream.id : ""};
  });
}

Result<Shown, Problem> shown_settings(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<settings::State>(accepted, request, app).map([](const settings::State& state) {
    return Shown{{{"protected_labels", state.protected_labels}}, ""};
  });
}

Result<Shown, Problem> shown_workspace(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<workspace::State>(accepted, request, app).map([&](const workspace::State& state) {
    return Shown{workspace_json(accepted.stream.id, state), "/api/v1/workspaces/" + accepted.stream.id};
  });
}

Result<Shown, Problem> shown_key(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<api_key::State>(accepted, request, app).map([&](const api_key::State& state) {
    return Shown{api_key_json(accepted.stream.id, state), state.revoked_at ? "" : "/api/v1/api-keys/" + accepted.stream.id};
  });
}

// Whoever keeps the projection up carries it out within a second.
Result<Shown, Problem> shown_projection(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<projection::State>(accepted, request, app).map([&](const projection::State& state) {
    return Shown{projection_json(accepted.stream.id, state), "", true};
  });
}

// What was stored is told, whether the prices can be asked for or not.
std::optional<model::Cost> cost_if_known(const std::string& id, const execution::State& state, const App& app) try {
  const projections::ExecutionEntry entry{id, state};
  return cost_by(prices_for({&entry, 1}, state.workspace, app), state);
} catch (const pg::Fault&) {
  return std::nullopt;
}

Result<Shown, Problem> shown_execution(const Accepted& accepted, const Request& request, const App& app) {
  return state_after<execution::State>(accepted, request, app).map([&](const execution::State& state) {
    const std::string path = "/api/v1/executions/" + accepted.stream.id;
    const bool is_first = accepted.event && accepted.event->sequence == 1;
    return Shown{execution_json(accepted.stream.id, state, keys_of(state, app), cost_if_known(accepted.stream.id, state, app)), is_first ? path : ""};
  });
}

// Each has its events at its place among the streams; only the first of them made something.
std::string location_if_made(const Accepted& accepted) {
  return accepted.event && accepted.event->sequence == 1 ? "/api/v1/streams/" + accepted.stream.text() + "/events" : "";
}

// `to_json` shows an id and a state and, if there may be personal texts in it, takes the keys to them.
template <class State, class ToJson>
Result<Shown, Problem> shown_said(const Accepted& accepted, const Request& request, const App& app, ToJson to_json) {
  return state_after<State>(accepted, request, app).map([&](const State& state) {
    if constexpr (requires { to_json(accepted.stream.id, state); }) {
      return Shown{to_json(accepted.stream.id, state), location_if_made(accepted)};
    } else {
      return Shown{to_json(accepted.stream.id, state, keys_of(state, app)), location_if_made(accepted)};
    }
  });
}

Result<Shown, Problem> shown(const Accepted& accepted, const Request& request, const App& app) {
  if (accepted.stream.kind == prompt::kStreamKind) return shown_prompt(accepted, request, app);
  if (accepted.stream.kind == execution::kStreamKind) return shown_execution(accepted, request, app);
  if (accepted.stream.kind == feedback::kStreamKind) return shown_said<feedback::State>(accepted, request, app, feedback_json);
  if (accepted.stream.kind == judge_score::kStreamKind) return shown_said<judge_score::State>(accepted, request, app, judge_score_json);
  if (accepted.stream.kind == score::kStreamKind) return shown_said<score::State>(accepted, request, app, [](const std::string& id, const score::State& state) { return score_json(id, state); });
  if (accepted.stream.kind == score_definition::kStreamKind) return shown_definition(accepted, request, app);
  if (accepted.stream.kind == security_scan::kStreamKind) return shown_said<security_scan::State>(accepted, request, app, security_scan_json);
  if (accepted.stream.kind == subject::kStreamKind) return shown_subject(accepted, request, app);
  if (accepted.stream.kind == model::kStreamKind) return shown_model(accepted, request, app);
  if (accepted.stream.kind == settings::kStreamKind) return shown_settings(accepted, request, app);
  if (accepted.stream.kind == workspace::kStreamKind) return shown_workspace(accepted, request, app);
  if (accepted.stream.kind == api_key::kStreamKind) return shown_key(accepted, request, app);
  if (accepted.stream.kind == projection::kStreamKind) return shown_projection(accepted, request, app);
  throw std::logic_error("no answer is known for a change of " + accepted.stream.text());
}

}  // namespace

Outcome answer_change(const Accepted& accepted, const Request& request, const App& app) { return answer_change(accepted, request, app, json::object()); }

Outcome answer_change(const Accepted& accepted, const Request& request, const App& app, const json& more) {
  auto found = shown(accepted, request, app);
  if (!found) return tl::unexpected(found.error());
  found->body.update(more);
  auto reply = json_reply(found->pending ? 202 : found->location.empty() ? 200 : 201, found->body).tagged(accepted.version);
  const log::Position positions[] = {accepted.position};
  reply = std::move(reply).with("Ledger-Position", to_position_token(positions, app.settings.topic_prefix));
  if (!found->location.empty()) reply = std::move(reply).with("Location", std::move(found->location));
  return reply;
}

}  // namespace ledger::http
