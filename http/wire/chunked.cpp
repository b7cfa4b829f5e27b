#include "http/wire/chunked.hpp"

#include <algorithm>

namespace ledger::http::wire {
namespace {

constexpr int kMaxSizeDigits = 15;
constexpr std::uint64_t kMaxOverhead = 8 * 1024;      // between two pieces of data

constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::size_t ChunkedDecoder::feed(std::string_view in, std::string& out) {
  std::size_t used = 0;
  while (used < in.size() && state_ == State::more) {
    if (expect_ != Expect::data) {
      step(in[used++]);
      continue;
    }
    const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, in.size() - used));
    out.append(in, used, taken);
    used += taken;
    left_ -= taken;
    overhead_ = 0;
    if (left_ == 0) expect_ = Expect::data_cr;
  }
  return used;
}

void ChunkedDecoder::step(char c) {
  if (++overhead_ > kMaxOverhead) {
    state_ = State::malformed;
    return;
  }
  const auto must_be = [&](char wanted, Expect next) {
    if (c == wanted) {
      expect_ = next;
    } else {
      state_ = State::malformed;
    }
  };
  switch (expect_) {
    case Expect::size:
      if (const int digit = hex_digit(c); digit >= 0) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
        if (++size_digits_ > kMaxSizeDigits) state_ = State::malformed;
      } else if (size_digits_ > 0 && c == ';') {
        expect_ = Expect::extension;
      } else if (size_digits_ > 0) {
        must_be('\r', Expect::size_end);
      } else {
        state_ = State::malformed;
      }
      return;
    case Expect::extension:
      if (c == '\r') expect_ = Expect::size_end;
      if (c == '\n') state_ = State::malformed;
      return;
    case Expect::size_end:
      must_be('\n', Expect::data);
      if (state_ == State::more) end_of_size();
      return;
    case Expect::data:
      return;                          // taken in feed
    case Expect::data_cr: must_be('\r', Expect::data_lf); return;
    case Expect::data_lf: must_be('\n', Expect::size); return;
    case Expect::trailer_begin:
      expect_ = c == '\r' ? Expect::last_lf : Expect::trailer;
      return;
    case Expect::trailer:
      if (c == '\r') expect_ = Expect::trailer_end;
      if (c == '\n') state_ = State::malformed;
      return;
    case Expect::trailer_end: must_be('\n', Expect::trailer_begin); return;
    case Expect::last_lf:
      state_ = c == '\n' ? State::done : State::malformed;
      return;
  }
}

void ChunkedDecoder::end_of_size() {
  size_digits_ = 0;
  if (left_ == 0) {
    expect_ = Expect::trailer_begin;
    return;
  }
  total_ += left_;
  if (total_ > max_bytes_) state_ = State::too_large;
}

}  // namespace ledger::http::wire
