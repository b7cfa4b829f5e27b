#include "http/problem.hpp"

#include "domain/json.hpp"

namespace ledger::http {

Kind kind_of(Code code) {
  switch (code) {
    case Code::malformed_request: return {400, "malformed-request", "The request is malformed"};
    case Code::malformed_json: return {400, "malformed-json", "The body is not JSON"};
    case Code::malformed_cursor: return {400, "malformed-cursor", "The cursor is not one of ours"};
    case Code::unsupported_media_type: return {415, "unsupported-media-type", "The body has the wrong content type"};
    case Code::body_too_large: return {413, "body-too-large", "The body is too large"};
    case Code::head_too_large: return {431, "head-too-large", "The request line and headers are too large"};
    case Code::request_timeout: return {408, "request-timeout", "The request did not come in time"};
    case Code::abandoned: return {400, "abandoned", "The client went away before the change was begun"};
    case Code::expectation_failed: return {417, "expectation-failed", "The expectation cannot be met"};
    case Code::unsupported_protocol: return {505, "unsupported-protocol", "The protocol version is not supported"};
    case Code::no_such_route: return {404, "no-such-route", "There is nothing at this path"};
    case Code::method_not_allowed: return {405, "method-not-allowed", "The path does not take this method"};
    case Code::unauthenticated: return {401, "unauthenticated", "A valid API key is needed"};
    case Code::forbidden: return {403, "forbidden", "The API key may not do this"};
    case Code::forward_refused: return {403, "forward-refused", "No other node can have sent the request"};
    case Code::not_found: return {404, "not-found", "There is no such resource"};
    case Code::invalid: return {422, "invalid", "The request holds something that is not valid"};
    case Code::wrong_state: return {409, "wrong-state", "The resource does not allow this now"};
    case Code::name_taken: return {409, "name-taken", "The name is taken"};
    case Code::already_exists: return {409, "already-exists", "The resource exists already"};
    case Code::stale_version: return {412, "stale-version", "The resource has changed since you read it"};
    case Code::too_large: return {422, "too-large", "The change is too large to be stored"};
    case Code::key_reused: return {422, "idempotency-key-reused", "The idempotency key was used for another request"};
    case Code::position_not_reached: return {504, "position-not-reached", "The read model has not reached the position yet"};
    case Code::deadline_exceeded: return {504, "deadline-exceeded", "There was no answer in time"};
    case Code::overloaded: return {503, "overloaded", "The server is busy"};
    case Code::too_many_streams: return {503, "too-many-streams", "All places for streams are taken"};
    case Code::unavailable: return {503, "unavailable", "Something that is needed for the answer is away"};
    case Code::cannot_seal: return {503, "cannot-seal", "Personal text cannot be sealed here"};
    case Code::internal: return {500, "internal", "Something went wrong on the server"};
  }
  return {500, "internal", "Something went wrong on the server"};
}

namespace {

Code code_of(ledger::Code code) {
  switch (code) {
    case ledger::Code::not_found: return Code::not_found;
    case ledger::Code::invalid: return Code::invalid;
    case ledger::Code::wrong_state: return Code::wrong_state;
    case ledger::Code::name_taken: return Code::name_taken;
    case ledger::Code::stale_version: return Code::stale_version;
    case ledger::Code::forbidden: return Code::forbidden;
    case ledger::Code::already_exists: return Code::already_exists;
    case ledger::Code::too_large: return Code::too_large;
    case ledger::Code::key_reused: return Code::key_reused;
  }
  return Code::internal;
}

}  // namespace

Problem problem_of(const Rejection& rejection) {
  Problem result = problem(code_of(rejection.code), rejection.detail);
  result.errors = rejection.errors;
  return result;
}

Problem invalid_field(std::string field, std::string detail) {
  Problem result = problem(Code::invalid, field + " " + detail + ".");
  result.errors.push_back({std::move(field), std::move(detail)});
  return result;
}

std::string to_json(const Problem& problem, std::string_view request_id) {
  const Kind kind = kind_of(problem.code);
  nlohmann::ordered_json document = {{"type", "/problems/" + std::string(kind.slug)},
                                     {"title", kind.title},
                                     {"status", kind.status},
                                     {"detail", problem.detail.empty() ? std::string(kind.title) + "." : problem.detail},
                                     {"request_id", request_id}};
  if (!problem.errors.empty()) {
    auto& errors = document["errors"] = nlohmann::ordered_json::array();
    for (const FieldError& error : problem.errors) errors.push_back({{"field", error.field}, {"detail", error.detail}});
  }
  for (const auto& [name, value] : problem.members) document[name] = nlohmann::ordered_json::parse(value);
  // A detail may quote what the client sent, which need not be UTF-8.
  return document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace ledger::http
