#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "http/problem.hpp"

namespace ledger::http::wire {

// How the end of a body is found.
struct Framing {
  enum class Kind : std::uint8_t { none, length, chunked };
  Kind kind = Kind::none;
  std::uint64_t length = 0;            // of Kind::length
};

// The head of a request. Everything points into the text that it was read from.
struct Head {
  std::string_view method;
  std::string_view path;               // origin form: begins with a slash; or "*"
  std::string_view query;              // behind the first "?", still encoded
  std::vector<std::pair<std::string_view, std::string_view>> headers;  // in order; values trimmed, bytes as sent
  Framing framing;
  int minor_version = 1;               // of HTTP/1
  bool keep_alive = true;
  bool expects_continue = false;

  std::optional<std::string_view> header(std::string_view name) const;   // the first of that name
};

// Reads a head by RFC 9112, from the request line to the empty line, both included. Strict where two readers could differ (which is
// how requests are smuggled): line ends are CR LF, no folding, no space before a colon, one length, never a length beside chunking.
Result<Head, Problem> parse_head(std::string_view text);

}  // namespace ledger::http::wire
