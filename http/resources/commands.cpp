
#include "commands/command_side.hpp"
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/command_token.hpp"
#include "http/reading/position_token.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

json positioned(std::string_view state, const log::Position& position, const App& app) {
  const log::Position positions[] = {position};
  return {{"state", state}, {"position", to_position_token(positions, app.settings.topic_prefix)}, {"response", nullptr}};
}

// Stored: with the answer that its command would have had.
Outcome stored(const Accepted& accepted, const Request& request, const App& app) {
  return answer_change(accepted, request, app).map([&](const Reply& first) {
    json body = positioned("stored", accepted.position, app);
    json headers = json::object();
    for (const auto& [name, value] : first.headers) headers[name] = value;
    if (first.etag) headers["ETag"] = "\"" + std::to_string(*first.etag) + "\"";
    body["response"] = {{"status", first.status}, {"headers", std::move(headers)}, {"body", json::parse(first.body)}};
    return json_reply(200, body);
  });
}

Reply still_open() {
  return json_reply(200, {{"state", "open"}, {"position", nullptr}, {"response", nullptr}}).with("Retry-After", "1");
}

}  // namespace

Outcome show_command(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  auto token = parse_command_token(request.parameter("token"), request.principal.workspace, *app.cursors);
  if (!token) return tl::unexpected(problem(Code::not_found, "This is no token that a 504 of this workspace gave out in its Location."));
  if (token->asked.partition_key == kAccessPartitionKey && request.principal.role < Role::admin) {
    return tl::unexpected(problem(Code::forbidden, "What became of a command on keys or workspaces is for an admin."));
  }
  auto future = app.commands->inquire(std::move(token->asked));
  if (future.wait_for(std::min(app.commands->answer_bound(), request.time_left())) != std::future_status::ready) return still_open();
  const auto outcome = future.get();
  return std::visit(Overloaded{
                        [&](const Accepted& accepted) { return stored(accepted, request, app); },
                        [&](const Absent& absent) -> Outcome {
                          if (std::chrono::system_clock::now() < token->absent_from) return still_open();
                          return json_reply(200, positioned("not_stored", absent.position, app));
                        },
                        [](const Open&) -> Outcome { return still_open(); },
                        [](const NotStored&) -> Outcome { return still_open(); },
                        [](const Rejection& rejection) -> Outcome { return tl::unexpected(problem_of(rejection)); },
                    },
                    outcome);
}

}  // namespace ledger::http
