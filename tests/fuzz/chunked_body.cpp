#include "http/wire/chunked.hpp"

#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

using http::wire::ChunkedDecoder;

constexpr std::uint64_t kMaxBytes = 1'000;

struct Decoded {
  ChunkedDecoder::State state;
  std::size_t used = 0;
  std::string body;

  bool operator==(const Decoded&) const = default;
};

Decoded decoded(std::string_view input, std::size_t piece) {
  ChunkedDecoder decoder(kMaxBytes);
  Decoded out{decoder.state(), 0, {}};
  while (out.used < input.size() && decoder.state() == ChunkedDecoder::State::more) {
    out.used += decoder.feed(input.substr(out.used, piece), out.body);
  }
  out.state = decoder.state();
  return out;
}

}  // namespace

void chunked_body(std::string_view input) {
  const Decoded whole = decoded(input, std::string_view::npos);
  for (const std::size_t piece : {1U, 2U, 7U})
    expect(decoded(input, piece) == whole, "how a body is cut into packets does not matter");
  expect(whole.body.size() <= kMaxBytes || whole.state == ChunkedDecoder::State::too_large,
         "a body is not larger than allowed");

  // What was decoded, sent in other chunks and with something behind it, comes out again, and what is behind is left
  // alone.
  if (whole.body.empty() || whole.body.size() > kMaxBytes) return;
  char size[48];
  const auto half = whole.body.size() / 2;
  std::string again;
  for (const auto& chunk : {whole.body.substr(0, half), whole.body.substr(half)}) {
    if (chunk.empty()) continue;
    std::snprintf(size, sizeof size, "%zx;name=\"value\"\r\n", chunk.size());
    again += size + chunk + "\r\n";
  }
  again += "0\r\nTrailer: 1\r\n\r\n";
  const Decoded back = decoded(again + "GET /next", std::string_view::npos);
  expect(back == Decoded{ChunkedDecoder::State::done, again.size(), whole.body},
         "a body survives being sent in chunks");
}

}  // namespace ledger::fuzz
