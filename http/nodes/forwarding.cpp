#include "http/nodes/forwarding.hpp"

#include <algorithm>
#include <array>

#include "commands/command_side.hpp"
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/changes/command_token.hpp"
#include "http/changes/give.hpp"
#include "infra/postgres/fault.hpp"

namespace ledger::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

constexpr std::string_view kForwardedHeader = "Ledger-Forwarded";
constexpr std::size_t kSeenMax = 100'000;
constexpr milliseconds kClocksApart{2 * 2'000};   // each may differ from the log's by 2 s (protocol step 23)
// What a node needs of a request to answer it as if it had come there.
constexpr std::array<std::string_view, 5> kPassedOn{"Authorization", "Content-Type", "If-Match", "Idempotency-Key", "traceparent"};

Problem refused(std::string detail) { return problem(Code::forward_refused, std::move(detail)); }

bool only_asks(const Request& request) { return request.method == "GET"; }

PeerCall call_of(const Request& request, std::string token) {
  PeerCall call;
  call.method = request.method;
  call.target = request.raw_query.empty() ? request.path : request.path + "?" + request.raw_query;
  for (const auto name : kPassedOn) {
    if (const auto value = request.header(name)) call.headers.emplace_back(name, *value);
  }
  call.headers.emplace_back("X-Request-Id", request.request_id);
  call.headers.emplace_back(kForwardedHeader, std::move(token));
  call.body = request.raw_body;
  return call;
}

// The other node says itself that it has not taken the command, and that another may.
bool declines(const PeerAnswer& answer) {
  if (answer.status != 503 && answer.status != 403) return false;
  const auto said = nlohmann::json::parse(answer.body, nullptr, false);
  if (!said.is_object()) return false;
  const auto is = [&](const char* member, std::string_view value) {
    const auto found = said.find(member);
    return found != said.end() && found->is_string() && found->get_ref<const std::string&>() == value;
  };
  if (answer.status == 403) return is("type", "/problems/" + std::string(kind_of(Code::forward_refused).slug));
  return is("state", "not_stored") && (is("cause", to_text(NotStored::Why::stopping)) || is("cause", to_text(NotStored::Why::moved)));
}

bool has_moved(const Outcome& outcome) { return !outcome && outcome.error().moved; }

}  // namespace

Forwarding::Forwarding(ForwardingSettings settings, Cursors seals) : settings_(std::move(settings)), seals_(std::move(seals)), peers_(settings_.peers) {}

Result<void, Problem> Forwarding::take(Request& request) {
  const auto header = request.header(kForwardedHeader);
  if (!header) return {};
  const auto refuse = [&](const char* why) {
    ++stats_.refused;
    return tl::unexpected(refused(why));
  };
  auto token = parse_forwarded_token(*header, request, seals_);
  if (!token || token->to != settings_.node) return refuse("No node of this ledger has sent this request to this one.");
  const auto left = token->until - system_clock::now();
  if (left <= milliseconds(0) || left > kAnswerTimeoutMax + kClocksApart) {
    return refuse("The request came too late, or the clocks of the two nodes differ: nothing was done.");
  }
  const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(left);
  switch (see(std::string(*header), until)) {
    case Seen::no: break;
    case Seen::before: return refuse("The request has come before: nothing was done this time.");
    case Seen::too_many: return tl::unexpected(not_stored_problem({NotStored::Why::overloaded, "too many requests are forwarded here", 1'000}));
  }
  ++stats_.taken;
  request.decide_here = true;
  request.deadline = std::min(request.deadline, until);
  request.made_key = std::move(token->made_key);
  return {};
}

Forwarding::Seen Forwarding::see(std::string token, Clock::time_point until) {
  const auto now = Clock::now();
  const std::lock_guard lock(mutex_);
  // Not all are remembered equally long, but none is forgotten before its time: the first of the queue holds back those behind it.
  while (!seen_until_.empty() && seen_until_.front().first < now) {
    seen_.erase(seen_until_.front().second);
    seen_until_.pop_front();
  }
  if (seen_.size() >= kSeenMax) return Seen::too_many;
  if (!seen_.insert(token).second) return Seen::before;
  seen_until_.emplace_back(until, std::move(token));
  return Seen::no;
}

Given Forwarding::give(const Peer& peer, const Request& request, const App& app, const CommandPlace& place) {
  struct Way {
    std::atomic<std::size_t>& count;
    const std::size_t before = count++;
    ~Way() { --count; }
  } const way{under_way_};
  if (way.before >= settings_.at_a_time_max) {
    count(Forwarded::crowded);
    if (only_asks(request)) return {};
    return {.answer = tl::unexpected(not_stored_problem({NotStored::Why::overloaded, "too many requests are being forwarded", 1'000}))};
  }
  const bool is_keyed = request.header("Idempotency-Key").has_value();
  const auto patience = std::min(settings_.answer_timeout_ms, request.time_left());
  const ForwardedToken token{settings_.node, peer.node, system_clock::now() + patience, is_keyed || only_asks(request) ? "" : new_command_key()};
  const auto asked = Clock::now();
  auto answer = peers_.call(peer.address, call_of(request, to_forwarded_token(token, request, seals_)), patience);
  if (answer) {
    count_time(asked);
    return {.answer = relayed(peer, std::move(*answer))};
  }
  switch (answer.error()) {
    case PeerFault::paused: count(Forwarded::paused); return {};
    case PeerFault::unreachable: count(Forwarded::unreachable); return {};
    case PeerFault::silent: break;
  }
  count(Forwarded::silent);
  if (only_asks(request)) return {};
  const auto absent_from = token.until + kClocksApart;
  // Never decided twice: what becomes of it there, the log will tell.
  if (!is_keyed) return {.answer = tl::unexpected(open_problem({{place.partition, place.partition_key, token.made_key}, absent_from}, request, app))};
  const auto caller = caller_of(request, app, place.partition_key, {});
  if (!caller) return {.answer = tl::unexpected(caller.error())};
  return {.perhaps_taken = CommandToken{{place.partition, place.partition_key, caller->key->id}, absent_from}};
}

std::optional<std::string> Forwarding::ask(const Peer& peer, const Request& request, std::string target) {
  PeerCall call{.method = "GET", .target = std::move(target), .headers = {{"X-Request-Id", request.request_id}}, .body = {}};
  if (const auto key = request.header("Authorization")) call.headers.emplace_back("Authorization", *key);
  auto answer = peers_.call(peer.address, call, std::min(settings_.answer_timeout_ms, request.time_left()));
  if (!answer || answer->status != 200) return std::nullopt;
  return std::move(answer->body);
}

std::optional<Outcome> Forwarding::relayed(const Peer& peer, PeerAnswer answer) {
  if (declines(answer)) {
    peers_.pause(peer.address);
    count(Forwarded::declined);
    return std::nullopt;
  }
  count(Forwarded::answered);
  Reply reply;
  reply.status = answer.status;
  reply.body = std::move(answer.body);
  reply.content_type = std::move(answer.content_type);
  reply.headers = std::move(answer.headers);
  return std::move(reply).with("Ledger-Decided-By", peer.node);
}

void Forwarding::count_time(Clock::time_point asked) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - asked).count();
  const auto bucket = std::ranges::lower_bound(ForwardStats::kBoundsUs, us) - ForwardStats::kBoundsUs.begin();
  ++stats_.answered_in[static_cast<std::size_t>(bucket)];
  stats_.answered_sum_us += static_cast<std::uint64_t>(us);
}

namespace {

// Decides here what another node may have taken. That it was not stored here then says nothing: it may be stored there, or may yet be.
Outcome decide_too(const CommandToken& perhaps_taken, const Request& request, App& app, Handler here) {
  const auto open = [&] { return tl::unexpected(open_problem(perhaps_taken, request, app)); };
  try {
    auto outcome = here(request, app);
    if (!outcome && outcome.error().not_stored) return open();
    return outcome;
  } catch (const pg::Fault&) {
    return open();
  }
}

}  // namespace

Outcome answer_at(const std::optional<CommandPlace>& place, const Request& request, App& app, Handler here) {
  if (!place || request.decide_here || app.forwarding == nullptr) return here(request, app);
  std::optional<CommandToken> perhaps_taken;
  for (bool asked_here = false;; asked_here = true) {
    if (const auto peer = app.commands->elsewhere(place->partition)) {
      auto given = app.forwarding->give(*peer, request, app, *place);
      if (given.answer) return *std::move(given.answer);
      perhaps_taken = std::move(given.perhaps_taken);
      break;
    }
    if (asked_here) break;
    auto outcome = here(request, app);
    if (!has_moved(outcome)) return outcome;
  }
  Request settled = request;
  settled.decide_here = true;
  return perhaps_taken ? decide_too(*perhaps_taken, settled, app, here) : here(settled, app);
}

std::optional<CommandPlace> place_of_prompts(const Request& request, const App& app) {
  auto key = workspace_partition_key(request.principal.workspace);
  return CommandPlace{app.commands->partition_of(LogTopic::prompts, key), std::move(key)};
}

std::optional<CommandPlace> place_of_access(const Request&, const App& app) {
  return CommandPlace{app.commands->partition_of(LogTopic::prompts, kAccessPartitionKey), std::string(kAccessPartitionKey)};
}

std::optional<CommandPlace> place_of_token(const Request& request, const App& app) {
  if (request.method == "HEAD") return std::nullopt;   // another node's answer to it would lack the length of its body
  const auto token = parse_command_token(request.parameter("token"), request.principal.workspace, *app.cursors);
  if (!token) return std::nullopt;
  return CommandPlace{token->asked.partition, token->asked.partition_key};
}

}  // namespace ledger::http
