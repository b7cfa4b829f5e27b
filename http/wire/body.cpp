#include "http/wire/body.hpp"

#include <algorithm>
#include <limits>

namespace ledger::http::wire {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;
constexpr std::uint64_t kMaxSkippedBytes = 64 * 1024;
constexpr std::chrono::milliseconds kSkipTime{500};

Problem too_large(std::size_t max_bytes) {
  return problem(Code::body_too_large, "The body may have at most " + std::to_string(max_bytes) + " bytes.");
}

Problem no_room() {
  Problem full = problem(Code::overloaded, "The server holds as many bytes of requests and answers as it can take. Try again in a moment.");
  full.headers.emplace_back("Retry-After", "1");
  return full;
}

Problem malformed_chunks() { return problem(Code::malformed_request, "The body's chunks are malformed."); }

Problem cut_short(Cut why, std::uint64_t bytes_read) {
  if (why == Cut::timeout) return problem(Code::request_timeout, "The body did not come in time.");
  return problem(Code::malformed_request, "The body was cut short after " + std::to_string(bytes_read) + " bytes.");
}

}  // namespace

BodyReader::BodyReader(Wire& wire, const Head& head, std::size_t max_bytes, std::chrono::milliseconds timeout, Budget::Share& share)
    : wire_(wire), framing_(head.framing), expects_continue_(head.expects_continue), max_bytes_(max_bytes), timeout_(timeout), share_(share),
      finished_(!present()) {}

Result<std::string, Problem> BodyReader::read_all() {
  if (finished_) return std::string();
  if (framing_.length > max_bytes_) return tl::unexpected(too_large(max_bytes_));
  if (auto begun = begin(); !begun) return tl::unexpected(begun.error());
  return framing_.kind == Framing::Kind::length ? read_length() : read_chunked();
}

Result<void, Problem> BodyReader::begin() {
  started_ = true;
  if (!expects_continue_ || finished_ || wire_.has_buffered()) return {};
  Pace pace(timeout_, Pace::Credit::none);
  if (auto sent = wire_.send({"HTTP/1.1 100 Continue\r\n\r\n"}, pace); !sent) return tl::unexpected(cut_short(sent.error(), 0));
  return {};
}

Result<std::string_view, Problem> BodyReader::read_now() {
  const bool chunked = framing_.kind == Framing::Kind::chunked;
  while (!finished_) {
    const auto some = wire_.read_now(chunked ? kPieceBytes : std::min<std::uint64_t>(kPieceBytes, framing_.length - bytes_read_));
    if (!some) return tl::unexpected(cut_short(some.error(), bytes_read_));
    if (some->empty()) break;
    if (!chunked) {
      bytes_read_ += some->size();
      finished_ = bytes_read_ == framing_.length;
      return *some;
    }
    if (!decoder_) decoder_.emplace(std::numeric_limits<std::uint64_t>::max());
    decoded_.clear();
    wire_.put_back(some->size() - decoder_->feed(*some, decoded_));
    if (decoder_->state() == ChunkedDecoder::State::malformed || decoder_->state() == ChunkedDecoder::State::too_large) return tl::unexpected(malformed_chunks());
    finished_ = decoder_->state() == ChunkedDecoder::State::done;
    bytes_read_ += decoded_.size();
    if (!decoded_.empty()) return std::string_view(decoded_);
  }
  return std::string_view();
}

Result<std::string, Problem> BodyReader::read_length() {
  // Grows as it comes: a length alone must not make us set memory aside.
  std::string body;
  Pace pace(timeout_, Pace::Credit::by_bytes);
  while (body.size() < framing_.length) {
    const auto some = wire_.read_some(framing_.length - body.size(), pace);
    if (!some) return tl::unexpected(cut_short(some.error(), body.size()));
    if (!has_room(some->size())) return tl::unexpected(no_room());
    body += *some;
    bytes_read_ = body.size();
  }
  finished_ = true;
  return body;
}

bool BodyReader::has_room(std::size_t bytes) { return bytes_read_ + bytes <= kUncountedBytes || share_.grow(bytes); }

Result<std::string, Problem> BodyReader::read_chunked() {
  std::string body;
  ChunkedDecoder decoder(max_bytes_);
  Pace pace(timeout_, Pace::Credit::by_bytes);
  while (decoder.state() == ChunkedDecoder::State::more) {
    const auto some = wire_.read_some(kPieceBytes, pace);
    if (!some) return tl::unexpected(cut_short(some.error(), body.size()));
    if (!has_room(some->size())) return tl::unexpected(no_room());
    wire_.put_back(some->size() - decoder.feed(*some, body));
    bytes_read_ = body.size();
  }
  if (decoder.state() == ChunkedDecoder::State::too_large) return tl::unexpected(too_large(max_bytes_));
  if (decoder.state() == ChunkedDecoder::State::malformed) return tl::unexpected(malformed_chunks());
  finished_ = true;
  return body;
}

bool BodyReader::skip_rest() {
  if (finished_) return true;
  // A client that waits for 100 Continue may send the body or not: nobody can tell which bytes come next. And what was begun and not
  // finished has no known end.
  if (started_ || expects_continue_ || framing_.kind == Framing::Kind::chunked || framing_.length > kMaxSkippedBytes) return false;
  Pace pace(kSkipTime, Pace::Credit::none);
  for (std::uint64_t left = framing_.length; left > 0;) {
    const auto some = wire_.read_some(left, pace);
    if (!some) return false;
    left -= some->size();
    bytes_read_ += some->size();
  }
  finished_ = true;
  return true;
}

}  // namespace ledger::http::wire
