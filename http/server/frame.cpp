#include "http/server/frame.hpp"

#include <algorithm>
#include <array>
#include <exception>

#include "domain/json.hpp"
#include "http/app.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/reading/json_reader.hpp"
#include "http/reading/text.hpp"
#include "http/server/trace.hpp"

namespace ledger::http {
namespace {

using std::chrono::steady_clock;

Problem away(std::string detail) {
  Problem result = problem(Code::unavailable, std::move(detail));
  result.headers.emplace_back("Retry-After", "1");
  return result;
}

std::string joined(const std::vector<std::string_view>& methods) {
  std::string text;
  for (const std::string_view method : methods) {
    if (method == "HEAD") continue;
    text.append(text.empty() ? "" : ", ").append(method);
    if (method == "GET") text.append(", HEAD");
  }
  return text + ", OPTIONS";
}

bool is_json(std::string_view content_type) {
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  constexpr std::string_view kSuffix = "+json";
  const bool named = equal_ignoring_case(type, "application/json") ||
                     (type.size() > kSuffix.size() && equal_ignoring_case(type.substr(type.size() - kSuffix.size()), kSuffix));
  const std::size_t charset = content_type.find("charset=");
  if (!named || charset == std::string_view::npos) return named;
  std::string_view value = trimmed(content_type.substr(charset + 8));
  value = value.substr(0, value.find(';'));
  return equal_ignoring_case(value, "utf-8") || equal_ignoring_case(value, "\"utf-8\"");
}

bool is_json_lines(std::string_view content_type) {
  const std::string_view type = trimmed(content_type.substr(0, content_type.find(';')));
  return std::ranges::any_of(std::array<std::string_view, 3>{"application/x-ndjson", "application/ndjson", "application/jsonl"},
                             [&](std::string_view known) { return equal_ignoring_case(type, known); });
}

Problem full() {
  Problem refused = problem(Code::overloaded, "The server is answering as many requests as it can take. Try again in a moment.");
  refused.headers.emplace_back("Retry-After", "1");
  return refused;
}

bool is_change(std::string_view method) { return method != "GET" && method != "HEAD"; }

Reply reply_of(const Problem& failed, std::string_view request_id) {
  Reply reply;
  reply.status = kind_of(failed.code).status;
  reply.body = to_json(failed, request_id);
  reply.content_type = "application/problem+json";
  reply.headers = failed.headers;
  return reply;
}

}  // namespace

Frame::Frame(std::span<const Route> routes, App& app, const KeyRing& keys, const Hooks& hooks, std::chrono::milliseconds request_deadline,
             Budget& places)
    : router_(routes), app_(app), keys_(keys), hooks_(hooks), request_deadline_(request_deadline), places_(places) {}

Answer Frame::answer(const wire::Head& head, const BodySource& body) const {
  Request request;
  request.deadline = steady_clock::now() + request_deadline_;
  request.method = head.method;
  request.path = head.path;
  request.headers.reserve(head.headers.size());
  for (const auto& [name, value] : head.headers) request.headers.emplace_back(name, value);
  request.request_id = request_id_of(request.header("X-Request-Id"));
  request.traceparent = traceparent_of(request.header("traceparent"));

  Outcome outcome = [&]() -> Outcome {
    try {
      return respond(head, body, request);
    } catch (const Unavailable& error) {
      report_fault(request.request_id, error.what());
      return tl::unexpected(away("Something that is needed for the answer is away. Try again in a moment."));
    } catch (const Unreadable& error) {
      report_fault(request.request_id, error.what());
      return tl::unexpected(away("An event that the answer needs cannot be read by this version of the server. The operator has to see to it."));
    } catch (const std::exception& error) {
      report_fault(request.request_id, error.what());
    } catch (...) {
      report_fault(request.request_id, "something that is no std::exception was thrown");
    }
    return tl::unexpected(problem(Code::internal, "This is our fault, not yours. The operator finds the reason in the log by the request_id."));
  }();

  Answer answer;
  answer.entry.method = std::move(request.method);
  answer.entry.path = std::move(request.path);
  answer.entry.route = std::move(request.route);
  answer.entry.actor = std::move(request.principal.actor);
  answer.entry.workspace = std::move(request.principal.workspace);
  answer.entry.request_id = request.request_id;
  answer.request_id = std::move(request.request_id);
  if (outcome) {
    answer.reply = *std::move(outcome);
    answer.entry.status = answer.reply.status;
  } else {
    replace(answer, outcome.error());
  }
  return answer;
}

Answer Frame::refuse(const Problem& failed) const {
  Answer answer;
  answer.request_id = request_id_of(std::nullopt);
  answer.entry.request_id = answer.request_id;
  replace(answer, failed);
  return answer;
}

void Frame::replace(Answer& answer, const Problem& failed) const {
  answer.reply = reply_of(failed, answer.request_id);
  answer.entry.status = answer.reply.status;
  answer.entry.problem = kind_of(failed.code).slug;
}

Outcome Frame::respond(const wire::Head& head, const BodySource& body, Request& request) const {
  const auto route = find_route(head, request);
  if (!route) return route.error();
  Budget::Share place(places_);
  if ((*route)->when_full == WhenFull::refused && !place.grow(1)) return tl::unexpected(full());
  if (auto ok = admit(**route, request); !ok) return tl::unexpected(ok.error());
  auto query = parse_query(head.query);
  if (!query) {
    return tl::unexpected(problem(Code::malformed_request, "The query holds a broken percent-escape, a NUL character or bytes that are not UTF-8."));
  }
  request.query = *std::move(query);
  request.raw_query = head.query;
  if (auto ok = read_body(**route, body, request); !ok) return tl::unexpected(ok.error());
  if (app_.forwarding != nullptr) {
    if (auto ok = app_.forwarding->take(request); !ok) return tl::unexpected(ok.error());
  }
  // A change that its client has given up may have been made elsewhere by now, and answered otherwise. The lines of a batch are safe from that by
  // their ids, and who has sent his last one may close his side.
  if (is_change(head.method) && (*route)->body != Body::lines && body.is_abandoned()) return tl::unexpected(problem(Code::abandoned, "Nothing was stored."));
  return (*route)->handler(request, app_);
}

Result<const Route*, Outcome> Frame::find_route(const wire::Head& head, Request& request) const {
  if (head.path == "*") {
    if (head.method == "OPTIONS") return tl::unexpected(Outcome(no_content()));
    return tl::unexpected(Outcome(tl::unexpected(problem(Code::malformed_request, "Only OPTIONS may be asked of *."))));
  }
  auto match = router_.find(head.method, head.path);
  if (match.route != nullptr) {
    request.route = match.route->operation_id;
    request.parameters = std::move(match.parameters);
    return match.route;
  }
  if (match.undecodable) {
    return tl::unexpected(Outcome(tl::unexpected(problem(
        Code::malformed_request, "The path holds a broken percent-escape, a NUL character or bytes that are not UTF-8."))));
  }
  if (match.allowed.empty()) {
    return tl::unexpected(Outcome(tl::unexpected(problem(Code::no_such_route, "There is nothing at this path. /openapi.json lists what there is."))));
  }
  const std::string allowed = joined(match.allowed);
  if (head.method == "OPTIONS") return tl::unexpected(Outcome(no_content().with("Allow", allowed)));
  Problem refused = problem(Code::method_not_allowed, "This path takes " + allowed + ".");
  refused.headers.emplace_back("Allow", allowed);
  return tl::unexpected(Outcome(tl::unexpected(std::move(refused))));
}

Result<void, Problem> Frame::admit(const Route& route, Request& request) const {
  if (route.role == Role::open) return {};
  auto principal = authenticate(request.header("Authorization"), keys_);
  if (!principal) return tl::unexpected(principal.error());
  request.principal = *std::move(principal);
  return authorise(request.principal, route.role);
}

Result<void, Problem> Frame::read_body(const Route& route, const BodySource& body, Request& request) const {
  if (route.body == Body::none) return {};
  if (route.body == Body::lines) {
    if (is_json_lines(request.header("Content-Type").value_or(""))) return {};
    return tl::unexpected(problem(Code::unsupported_media_type, "The body must be sent as Content-Type: application/x-ndjson, in UTF-8."));
  }
  if (!body.present) {
    if (route.body == Body::optional_json) return {};
    return tl::unexpected(problem(Code::malformed_json, "The request needs a JSON body."));
  }
  if (!is_json(request.header("Content-Type").value_or(""))) {
    return tl::unexpected(problem(Code::unsupported_media_type, "The body must be sent as Content-Type: application/json, in UTF-8."));
  }
  auto text = body.read_all();
  if (!text) return tl::unexpected(text.error());
  request.raw_body = *std::move(text);
  if (request.raw_body.empty() && route.body == Body::optional_json) return {};
  auto document = read_json(request.raw_body);
  if (!document) return tl::unexpected(problem(Code::malformed_json, document.error()));
  request.json = std::make_shared<const JsonDocument>(*std::move(document));
  return {};
}

void Frame::report(const AccessEntry& entry) const {
  if (hooks_.observer != nullptr) hooks_.observer->on_request(entry.route, entry.method, entry.status, entry.seconds, entry.bytes_out);
  if (hooks_.access_log) hooks_.access_log(entry);
}

void Frame::report_fault(std::string_view request_id, std::string_view what) const {
  if (hooks_.fault_log) hooks_.fault_log(request_id, what);
}

}  // namespace ledger::http
