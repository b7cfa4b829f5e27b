#include "http/changes/give.hpp"

#include <algorithm>

#include "commands/command_side.hpp"
#include "http/changes/command_token.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/random.hpp"

namespace ledger::http {
namespace {

constexpr std::size_t kOwnKeyBytes = 24;

access::Role role_of(const Principal& principal) {
  switch (principal.role) {
    case Role::open:
    case Role::viewer: return access::Role::viewer;
    case Role::editor: return access::Role::editor;
    case Role::publisher: return access::Role::publisher;
    case Role::admin: return access::Role::admin;
  }
  return access::Role::viewer;
}

// Keyed, over parts of which none can run into the next.
std::string mac_of(const App& app, std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) text.append(std::to_string(part.size())).append(":").append(part);
  return crypto::to_base64url(crypto::as_text(crypto::hmac_sha256(app.key_secret, text)));
}

CommandKey key_of(const std::optional<std::string>& given, const Request& request, const App& app, std::string_view partition_key) {
  // A key that another node has made may be asked for there.
  if (!given) return {request.made_key.empty() ? new_command_key() : request.made_key, "", true, !request.made_key.empty()};
  std::string query;
  for (const auto& [name, value] : request.query) query.append(name).append("=").append(value).append("\n");
  return {mac_of(app, {"key", request.principal.workspace, partition_key, *given}),
          mac_of(app, {"request", request.method, request.path, query, request.raw_body}), false, false};
}

// For the client; what NotStored says in detail is for the operator.
std::string_view sentence(NotStored::Why why) {
  switch (why) {
    case NotStored::Why::overloaded: return "more changes are waiting than can be decided in time. Try again in a moment.";
    case NotStored::Why::history_away: return "the history that the decision needs cannot be read now. Try again in a moment.";
    case NotStored::Why::history_behind: return "the history is too far behind the log for a safe decision. Try again in a moment.";
    case NotStored::Why::lost_race: return "another writer was faster. Try again.";
    case NotStored::Why::log_away: return "the log does not answer. Try again in a moment.";
    case NotStored::Why::unreadable: return "an event that the decision needs cannot be read by this version of the server. The operator has to see to it.";
    case NotStored::Why::halted: return "this part of the log is halted, because it is not what it was. The operator has to see to it.";
    case NotStored::Why::stopping: return "the server is starting or stopping. Try again in a moment.";
    case NotStored::Why::moved: return "another node has taken over this part of the log. Try again.";
    case NotStored::Why::unfit_log: return "the log could lose it, because of how its topic is set now. The operator has to see to it.";
  }
  return "";
}

}  // namespace

std::string new_command_key() { return crypto::to_base64url(crypto::random_bytes(kOwnKeyBytes)); }

Problem open_problem(const CommandToken& token, const Request& request, const App& app) {
  const std::string location = "/api/v1/commands/" + to_command_token(token, request.principal.workspace, *app.cursors);
  Problem open = problem(Code::deadline_exceeded,
                         "The log has not said in time whether the change was stored. GET " + location +
                             " tells it as soon as it is known; do not repeat the change without its Idempotency-Key before that.");
  open.headers.emplace_back("Location", location);
  return open;
}

Problem not_stored_problem(const NotStored& refused) {
  const bool busy = refused.why == NotStored::Why::overloaded || refused.why == NotStored::Why::lost_race;
  Problem result = problem(busy ? Code::overloaded : Code::unavailable, "Nothing was stored: " + std::string(sentence(refused.why)));
  result.members.emplace_back("state", "\"not_stored\"");
  result.members.emplace_back("cause", "\"" + std::string(to_text(refused.why)) + "\"");
  result.not_stored = true;
  result.moved = refused.why == NotStored::Why::moved;
  result.headers.emplace_back("Retry-After", std::to_string(std::max<std::uint32_t>(1, (refused.retry_after_ms + 999) / 1000)));
  return result;
}

Result<Caller, Problem> caller_of(const Request& request, const App& app, std::string_view partition_key, const Annotations& annotations) {
  const auto expected = request.if_match();
  if (!expected) return tl::unexpected(expected.error());
  const auto key = request.idempotency_key();
  if (!key) return tl::unexpected(key.error());
  return Caller{.workspace = request.principal.workspace,
                .actor = request.principal.actor,
                .role = role_of(request.principal),
                .correlation_id = request.request_id,
                .reason = annotations.reason,
                .occurred_at = annotations.occurred_at,
                .expected = *expected,
                .key = key_of(*key, request, app, partition_key),
                .traceparent = request.traceparent,
                .bytes = request.raw_body.size() + request.path.size()};
}

Result<Accepted, Problem> give(Proposal proposal, const Request& request, const App& app) {
  const CommandToken token{{app.commands->partition_of(proposal.topic, proposal.partition_key), proposal.partition_key, proposal.key->id}, {}};

  proposal.movable = app.forwarding != nullptr && !request.decide_here;
  proposal.decide_by = request.deadline;
  auto future = app.commands->submit(std::move(proposal));
  const auto bound = std::min(app.commands->answer_bound(), request.time_left());
  if (future.wait_for(bound) != std::future_status::ready) return tl::unexpected(open_problem(token, request, app));
  auto outcome = future.get();
  return std::visit(Overloaded{
                        [](Accepted& accepted) -> Result<Accepted, Problem> { return std::move(accepted); },
                        [](const Rejection& rejection) -> Result<Accepted, Problem> { return tl::unexpected(problem_of(rejection)); },
                        [](const NotStored& refused) -> Result<Accepted, Problem> { return tl::unexpected(not_stored_problem(refused)); },
                        [&](const Open&) -> Result<Accepted, Problem> { return tl::unexpected(open_problem(token, request, app)); },
                        [](const Absent&) -> Result<Accepted, Problem> { throw std::logic_error("a command was answered like an inquiry"); },
                    },
                    outcome);
}

}  // namespace ledger::http
