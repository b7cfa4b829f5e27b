#pragma once

#include <nlohmann/json_fwd.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "http/problem.hpp"

namespace ledger::http {

class Exchange;

// Where the body of a streamed reply goes. Used by the one thread that answers the request.
class BodySink {
 public:
  virtual ~BodySink() = default;
  // Hands bytes to the client, at once. False when it is gone, or has not taken them in its time: then stop writing.
  virtual bool write(std::string_view bytes) = 0;
  // True when the server is stopping: then come to an end.
  virtual bool stopping() const = 0;
  // Sleeps, at most so long; less when the server stops.
  virtual void wait(std::chrono::milliseconds at_most) = 0;
};

// What a handler answers.
struct Reply {
  int status = 200;
  std::string body;                                          // empty: none
  std::string content_type = "application/json";
  std::optional<std::uint64_t> etag;                         // a stream's version
  std::vector<std::pair<std::string, std::string>> headers;  // checked for line breaks when they are written
  // Set: the body is what this writes, until it returns; it holds one of the places for streams. Use event_stream() for server-sent events.
  std::function<void(BodySink&)> stream;
  // Set, for a route with Body::stream: reads the request's body and writes the answer's, until it returns. Takes a place for streams, too.
  std::function<void(Exchange&)> exchange;
  std::size_t exchange_bytes = 0;                            // what it holds at most, set aside before it begins

  Reply with(std::string name, std::string value) && {
    headers.emplace_back(std::move(name), std::move(value));
    return std::move(*this);
  }
  Reply tagged(std::uint64_t version) && {
    etag = version;
    return std::move(*this);
  }
};

using Outcome = Result<Reply, Problem>;

Reply json_reply(int status, const nlohmann::json& body);
Reply text_reply(int status, std::string body, std::string content_type);
Reply no_content();

}  // namespace ledger::http
