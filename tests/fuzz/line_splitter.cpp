#include "http/batch/line_splitter.hpp"

#include <string>
#include <vector>

#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

constexpr std::size_t kMaxBytes = 100;

struct Line {
  std::uint64_t number = 0;
  std::string text;
  bool too_long = false;

  bool operator==(const Line&) const = default;
};

std::vector<Line> split(std::string_view input, std::size_t piece) {
  http::LineSplitter splitter(kMaxBytes);
  std::vector<Line> lines;
  const auto take = [&] {
    while (const auto line = splitter.next()) lines.push_back({line->number, std::string(line->text), line->too_long});
  };
  for (std::size_t at = 0; at < input.size(); at += std::min(piece, input.size() - at)) {
    splitter.feed(input.substr(at, piece));
    take();
  }
  splitter.finish();
  take();
  return lines;
}

// The same the plain way, with all of the text at hand.
std::vector<Line> split_at_once(std::string_view input) {
  std::vector<Line> lines;
  for (std::uint64_t number = 1; !input.empty(); ++number) {
    const auto end = input.find('\n');
    const std::string text(input.substr(0, end));
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    if (text.size() > kMaxBytes) lines.push_back({number, "", true});
    else if (text.find_first_not_of(" \t\r") != std::string::npos) lines.push_back({number, text, false});
  }
  return lines;
}

}  // namespace

void line_splitter(std::string_view input) {
  const auto lines = split_at_once(input);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{150}, std::string_view::npos})
    expect(split(input, piece) == lines, "how a body is cut into packets does not matter");
}

}  // namespace ledger::fuzz
