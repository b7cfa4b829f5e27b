#pragma once

#include <cstdint>
#include <string>

#include "http/exchange.hpp"
#include "http/wire/body.hpp"
#include "http/wire/wire.hpp"

namespace ledger::http {

// An exchange over a connection. Nobody keeps its thread for nothing: who sends no byte for so long as he is waited for, or takes none when he has
// sent all, is cut off.
class WireExchange final : public Exchange {
 public:
  struct Patience {
    std::chrono::milliseconds receive_ms;
    std::chrono::milliseconds send_ms;
  };
  WireExchange(wire::Wire& wire, wire::BodyReader& body, bool chunked, Patience patience) : wire_(wire), body_(body), chunked_(chunked), patience_(patience) {}

  Result<std::string_view, Problem> read() override;
  bool body_ended() const override { return body_.finished(); }
  std::optional<std::size_t> write(std::string_view bytes) override;
  bool written() const override { return sent_ == framed_.size(); }
  bool stopping() const override { return wire_.stopping(); }
  void wait(const Until& until, std::chrono::milliseconds at_most) override;
  void end();                          // the last chunk: says that this was all

  std::uint64_t bytes() const { return bytes_; }
  bool timed_out() const { return timed_out_; }

 private:
  using Clock = std::chrono::steady_clock;
  // True when it has been going on for so long without a break.
  static bool lasts(std::optional<Clock::time_point>& since, std::chrono::milliseconds at_most);
  bool send_framed();

  wire::Wire& wire_;
  wire::BodyReader& body_;
  bool chunked_;
  Patience patience_;
  std::string framed_;                 // a chunk, of which sent_ bytes are out
  std::size_t sent_ = 0;
  std::optional<Clock::time_point> silent_since_;   // nothing came, though it was waited for
  std::optional<Clock::time_point> stuck_since_;    // nothing was taken, though the body is over
  std::uint64_t bytes_ = 0;
  bool cut_ = false;                   // the body will not go on
  bool gone_ = false;
  bool timed_out_ = false;
};

}  // namespace ledger::http
