#include "http/server/wire_exchange.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ledger::http {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} * 1024;

}  // namespace

bool WireExchange::lasts(std::optional<Clock::time_point>& since, std::chrono::milliseconds at_most) {
  const auto now = Clock::now();
  if (!since) since = now;
  return now - *since >= at_most;
}

Result<std::string_view, Problem> WireExchange::read() {
  auto some = body_.read_now();
  if (!some) {
    cut_ = true;
    return some;
  }
  if (!some->empty() || body_.finished()) {
    silent_since_.reset();
  } else if (lasts(silent_since_, patience_.receive_ms)) {
    cut_ = timed_out_ = true;
    return tl::unexpected(problem(Code::request_timeout, "The body did not go on in time."));
  }
  return some;
}

std::optional<std::size_t> WireExchange::write(std::string_view bytes) {
  if (gone_ || !send_framed()) return std::nullopt;
  if (!written() || bytes.empty()) return std::size_t{0};
  const auto taken = bytes.substr(0, kChunkBytes);
  framed_.clear();
  sent_ = 0;
  if (chunked_) {
    std::array<char, 16> size{};
    framed_.append(size.data(), std::to_chars(size.data(), size.data() + size.size(), taken.size(), 16).ptr).append("\r\n");
  }
  framed_.append(taken);
  if (chunked_) framed_.append("\r\n");
  bytes_ += taken.size();
  return send_framed() ? std::optional(taken.size()) : std::nullopt;
}

// False when the client is gone.
bool WireExchange::send_framed() {
  while (!written()) {
    const auto sent = wire_.send_now(std::string_view(framed_).substr(sent_));
    if (!sent) {
      gone_ = true;
      return false;
    }
    if (*sent == 0) {
      // Who still sends may read later.
      const bool over = cut_ || body_.finished();
      timed_out_ = gone_ = over && lasts(stuck_since_, patience_.send_ms);
      return !gone_;
    }
    sent_ += *sent;
    stuck_since_.reset();
  }
  return true;
}

void WireExchange::wait(const Until& until, std::chrono::milliseconds at_most) {
  // While nobody wants the body, its sender is not late.
  if (!until.body_goes_on) silent_since_.reset();
  wire_.wait_for_any({.to_read = until.body_goes_on && !cut_ && !body_.finished(), .to_send = until.client_takes_more, .to_stop = until.server_stops, .wake = until.readable}, at_most);
}

void WireExchange::end() {
  if (gone_ || !chunked_) return;
  wire::Pace pace(patience_.send_ms, wire::Pace::Credit::none);
  if (!wire_.send({std::string_view(framed_).substr(sent_), "0\r\n\r\n"}, pace)) gone_ = true;
}

}  // namespace ledger::http
