#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ledger {

// Why a command is refused. http/problem.cpp gives each its status.
enum class Code : std::uint8_t {
  not_found,       // no such thing, or it is deleted
  invalid,         // fields are wrong: all of them are listed
  wrong_state,     // the thing does not allow this now
  name_taken,      // another holds the name
  stale_version,   // it has changed since the caller read it
  forbidden,       // the actor's role does not allow it
  already_exists,  // the id is in use
  too_large,       // the encoded record would not fit the log
  key_reused,      // the idempotency key came before with another request
};

struct FieldError {
  std::string field;   // where, as the API names it: variables[2].type
  std::string detail;  // a sentence

  bool operator==(const FieldError&) const = default;
};

// Written for the caller: the detail says what he can do about it.
struct Rejection {
  Code code;
  std::string detail;
  std::vector<FieldError> errors;

  bool operator==(const Rejection&) const = default;
};

}  // namespace ledger
