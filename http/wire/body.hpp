#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "http/problem.hpp"
#include "http/server/budget.hpp"
#include "http/wire/chunked.hpp"
#include "http/wire/head.hpp"
#include "http/wire/wire.hpp"

namespace ledger::http::wire {

// The body of the request being answered. One thread. Until it is finished, the connection's next bytes are not the next request.
class BodyReader {
 public:
  // What is large is counted in `share` as it comes.
  BodyReader(Wire& wire, const Head& head, std::size_t max_bytes, std::chrono::milliseconds timeout, Budget::Share& share);

  bool present() const { return framing_.kind == Framing::Kind::chunked || framing_.length > 0; }
  // All of it. A length over the limit is refused before a byte is read; a client that waits for 100 Continue is told to go on only after
  // that. What is cut short is a 400 and never a shorter body; what the share has no room for is a 503.
  Result<std::string, Problem> read_all();
  // For who takes it as a stream, of any size and uncounted: tells a client that waits for 100 Continue to go on. Before the answer begins.
  Result<void, Problem> begin();
  // What has come since: empty when that is nothing, and at the end. The view is good until the next call. What is cut short is a problem.
  Result<std::string_view, Problem> read_now();
  // Reads away what nobody asked for, if that is little and on its way. True when the connection is at the next request.
  bool skip_rest();

  bool finished() const { return finished_; }
  std::uint64_t bytes_read() const { return bytes_read_; }

 private:
  Result<std::string, Problem> read_length();
  Result<std::string, Problem> read_chunked();
  // Room for so much more behind what has been read.
  bool has_room(std::size_t bytes);

  Wire& wire_;
  Framing framing_;
  bool expects_continue_;
  std::size_t max_bytes_;
  std::chrono::milliseconds timeout_;
  Budget::Share& share_;
  bool finished_;
  bool started_ = false;
  std::optional<ChunkedDecoder> decoder_;      // of a stream in chunks
  std::string decoded_;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace ledger::http::wire
