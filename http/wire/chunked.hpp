#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ledger::http::wire {

// Decodes a chunked body (RFC 9112, section 7.1) from pieces of any size. Extensions and trailers are skipped.
class ChunkedDecoder {
 public:
  enum class State : std::uint8_t { more, done, malformed, too_large };

  explicit ChunkedDecoder(std::uint64_t max_bytes) : max_bytes_(max_bytes) {}

  // Appends what it finds to `out` and returns how much of the input it has used: all of it, unless it came to an end.
  std::size_t feed(std::string_view in, std::string& out);
  State state() const { return state_; }

 private:
  enum class Expect : std::uint8_t { size, extension, size_end, data, data_cr, data_lf, trailer_begin, trailer, trailer_end, last_lf };

  void step(char c);
  void end_of_size();

  std::uint64_t max_bytes_;
  State state_ = State::more;
  Expect expect_ = Expect::size;
  std::uint64_t left_ = 0;             // of the chunk
  std::uint64_t total_ = 0;
  std::uint64_t overhead_ = 0;         // bytes of sizes, extensions and trailers since the last data
  int size_digits_ = 0;
};

}  // namespace ledger::http::wire
