#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "http/principal.hpp"
#include "http/reading/query.hpp"

namespace ledger::http {

struct JsonDocument;
using Headers = std::vector<std::pair<std::string, std::string>>;    // names as sent

// A request that has found its route, whose key may use it, and whose body (where the route takes one) is JSON. Plain data, filled in by
// the frame before the handler sees it.
struct Request {
  std::string method;
  std::string path;                                  // as sent, without the query
  std::string raw_query;                             // as sent, without the question mark
  std::string route;                                 // the operation id
  std::vector<std::pair<std::string, std::string>> parameters;  // of the path, each decoded after splitting
  QueryParameters query;
  Headers headers;
  std::shared_ptr<const JsonDocument> json;       // set for Body::json, and for Body::optional_json when something came
  std::string raw_body;                              // as sent: what a digest for Idempotency-Key is made of
  Principal principal;                               // actor empty on open routes
  std::string request_id;
  std::string traceparent;                           // well formed, or empty
  std::chrono::steady_clock::time_point deadline{};  // by when an answer is due
  bool decide_here = false;                          // its command is given to no other node: one has sent it, or cannot be reached
  std::string made_key;                              // the command's, when the node that sent it has made one

  // The path's parameter; throws std::logic_error for one that the route has not.
  const std::string& parameter(std::string_view name) const;
  // The same as an id of ours: what is no UUID names nothing, so it is a 404.
  Result<std::string, Problem> id(std::string_view name) const;
  // The same as a number from 1: a version.
  Result<std::uint64_t, Problem> number(std::string_view name) const;

  // The header's value, trimmed; names do not care for case. The first one, if it came several times.
  std::optional<std::string_view> header(std::string_view name) const;
  // If-Match as a stream's version, `"7"`; nothing when absent or `*`. Anything else is a 400.
  Result<std::optional<std::uint64_t>, Problem> if_match() const;
  // Idempotency-Key: 1 to 255 printable ASCII characters, else a 400.
  Result<std::optional<std::string>, Problem> idempotency_key() const;
  // Ledger-Min-Position as sent; what it means is the reader's business.
  std::optional<std::string_view> min_position() const { return header("Ledger-Min-Position"); }
  std::optional<std::string_view> last_event_id() const { return header("Last-Event-ID"); }

  const JsonDocument& body() const;                  // throws std::logic_error when the route takes no body
  const JsonDocument& body_or_empty() const;         // an empty object when nothing came
  std::chrono::milliseconds time_left() const;       // never negative
};

}  // namespace ledger::http
