#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commands/rejection.hpp"

namespace ledger::http {

// Every way in which a request can fail. The table in problem.cpp gives each its status, its slug and its title, and is the only place
// where a status is chosen for an error.
enum class Code : std::uint8_t {
  // the request itself
  malformed_request,
  malformed_json,
  malformed_cursor,
  unsupported_media_type,
  body_too_large,
  head_too_large,
  request_timeout,
  abandoned,
  expectation_failed,
  unsupported_protocol,
  no_such_route,
  method_not_allowed,
  unauthenticated,
  forbidden,
  forward_refused,
  // what it asks for
  not_found,
  invalid,
  wrong_state,
  name_taken,
  already_exists,
  stale_version,
  too_large,
  key_reused,
  // us
  position_not_reached,
  deadline_exceeded,
  overloaded,
  too_many_streams,
  unavailable,
  cannot_seal,
  internal,
};

// What the table says of a code.
struct Kind {
  int status;
  std::string_view slug;               // `type` is "/problems/<slug>", and stays
  std::string_view title;
};
Kind kind_of(Code code);

// An error on its way to the client. The detail is a sentence for a person, with what to do; nothing internal goes into it.
struct Problem {
  Code code = Code::internal;
  std::string detail;
  std::vector<FieldError> errors;      // where, as a path (`variables[2].name`, `?limit`), and what is wrong with it
  std::vector<std::pair<std::string, std::string>> members;  // further members: name, value as JSON text
  std::vector<std::pair<std::string, std::string>> headers;  // Retry-After, Allow, …
  bool not_stored = false;             // a change of which nothing was stored, for good
  bool moved = false;                  // so it is, and the command belongs to another node by now
};

inline Problem problem(Code code, std::string detail) {
  return Problem{.code = code, .detail = std::move(detail), .errors = {}, .members = {}, .headers = {}, .not_stored = false, .moved = false};
}
// What the command side refuses, in its own words.
Problem problem_of(const Rejection& rejection);
// 422 for one field.
Problem invalid_field(std::string field, std::string detail);

// Thrown by what stands behind a port when it is away (a database, the log): the frame answers 503. The text is for the operator's log.
struct Unavailable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Thrown where an answer needs an event that this program cannot read: a newer one has written it, or somebody who should not. 503 as well.
struct Unreadable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The problem+json document.
std::string to_json(const Problem& problem, std::string_view request_id);

}  // namespace ledger::http
