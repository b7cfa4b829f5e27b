#include "http/server/stream_sink.hpp"

#include <array>
#include <charconv>

namespace ledger::http {

StreamSink::StreamSink(wire::Wire& wire, bool chunked, std::chrono::milliseconds send_timeout)
    : wire_(wire), chunked_(chunked), send_timeout_(send_timeout) {}

bool StreamSink::write(std::string_view bytes) {
  if (gone_) return false;
  if (bytes.empty()) return true;      // an empty chunk would be the end
  std::array<char, 16> size{};
  const auto size_end = std::to_chars(size.data(), size.data() + size.size(), bytes.size(), 16).ptr;
  const std::string_view size_text(size.data(), static_cast<std::size_t>(size_end - size.data()));
  wire::Pace pace(send_timeout_, wire::Pace::Credit::by_bytes);
  const auto sent = chunked_ ? wire_.send({size_text, "\r\n", bytes, "\r\n"}, pace) : wire_.send({bytes}, pace);
  if (sent) {
    bytes_ += bytes.size();
  } else {
    gone_ = true;
    timed_out_ = sent.error() == wire::Cut::timeout;
  }
  return !gone_;
}

void StreamSink::wait(std::chrono::milliseconds at_most) {
  if (!gone_ && wire_.wait(at_most)) gone_ = true;
}

void StreamSink::end() {
  if (gone_ || !chunked_) return;
  wire::Pace pace(send_timeout_, wire::Pace::Credit::none);
  if (!wire_.send({"0\r\n\r\n"}, pace)) gone_ = true;
}

}  // namespace ledger::http
