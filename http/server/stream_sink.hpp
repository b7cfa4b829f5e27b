#pragma once

#include <chrono>
#include <cstdint>

#include "http/reply.hpp"
#include "http/wire/wire.hpp"

namespace ledger::http {

// Writes a streamed body to a connection, each piece within its own time.
class StreamSink final : public BodySink {
 public:
  StreamSink(wire::Wire& wire, bool chunked, std::chrono::milliseconds send_timeout);

  bool write(std::string_view bytes) override;
  bool stopping() const override { return wire_.stopping(); }
  void wait(std::chrono::milliseconds at_most) override;
  void end();                          // the last chunk: says that this was all

  std::uint64_t bytes() const { return bytes_; }
  bool timed_out() const { return timed_out_; }

 private:
  wire::Wire& wire_;
  bool chunked_;
  std::chrono::milliseconds send_timeout_;
  std::uint64_t bytes_ = 0;
  bool gone_ = false;
  bool timed_out_ = false;
};

}  // namespace ledger::http
