#include "domain/prompt/text_diff.hpp"

#include <algorithm>

#include <dtl/dtl.hpp>

namespace ledger::prompt {
namespace {

using Pieces = std::vector<std::string>;

struct Step {
  WordRun::Op op;
  std::string piece;
};

Pieces lines_of(std::string_view text) {
  Pieces lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto length = end == std::string_view::npos ? text.size() : end + 1;
    lines.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

// Bytes beyond ASCII are letters here: a word is never cut within a character.
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

Pieces words_of(std::string_view text) {
  Pieces words;
  while (!text.empty()) {
    std::size_t length = 1;
    if (is_letter(text.front())) {
      while (length < text.size() && is_letter(text[length])) ++length;
    } else if (text.front() == ' ') {
      while (length < text.size() && text[length] == ' ') ++length;
    }
    words.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return words;
}

void add_all(std::vector<Step>& steps, WordRun::Op op, const Pieces& pieces, std::size_t begin, std::size_t end) {
  for (std::size_t i = begin; i < end; ++i) steps.push_back({op, pieces[i]});
}

// Within each change: dtl gives them in either order.
void put_removed_first(std::vector<Step>& steps) {
  const auto is_equal = [](const Step& step) { return step.op == WordRun::Op::equal; };
  for (auto begin = steps.begin(); begin != steps.end();) {
    begin = std::find_if_not(begin, steps.end(), is_equal);
    const auto end = std::find_if(begin, steps.end(), is_equal);
    std::stable_partition(begin, end, [](const Step& step) { return step.op == WordRun::Op::removed; });
    begin = end;
  }
}

// The shortest way from one list to the other, where that is affordable.
std::vector<Step> steps_between(const Pieces& from, const Pieces& to) {
  std::size_t same = 0;
  while (same < std::min(from.size(), to.size()) && from[same] == to[same]) ++same;
  std::size_t tail = 0;
  while (tail < std::min(from.size(), to.size()) - same && from[from.size() - 1 - tail] == to[to.size() - 1 - tail]) ++tail;
  const std::size_t from_end = from.size() - tail;
  const std::size_t to_end = to.size() - tail;

  std::vector<Step> steps;
  add_all(steps, WordRun::Op::equal, from, 0, same);
  if (from_end - same > kDiffPieces || to_end - same > kDiffPieces) {
    add_all(steps, WordRun::Op::removed, from, same, from_end);
    add_all(steps, WordRun::Op::added, to, same, to_end);
  } else {
    const auto part = [&](const Pieces& pieces, std::size_t end) {
      return Pieces(pieces.begin() + static_cast<std::ptrdiff_t>(same), pieces.begin() + static_cast<std::ptrdiff_t>(end));
    };
    dtl::Diff<std::string, Pieces> diff(part(from, from_end), part(to, to_end));
    diff.onHuge();   // goes on in parts rather than keep every path
    diff.compose();
    for (const auto& [piece, info] : diff.getSes().getSequence()) {
      const auto op = info.type == dtl::SES_COMMON ? WordRun::Op::equal : info.type == dtl::SES_ADD ? WordRun::Op::added : WordRun::Op::removed;
      steps.push_back({op, piece});
    }
    put_removed_first(steps);
  }
  add_all(steps, WordRun::Op::equal, from, from_end, from.size());
  return steps;
}

char mark_of(WordRun::Op op) {
  switch (op) {
    case WordRun::Op::equal: return ' ';
    case WordRun::Op::removed: return '-';
    case WordRun::Op::added: return '+';
  }
  return ' ';
}

// `12,3` as hunk headers have it: an empty range names the line before it.
std::string range(std::size_t lines_before, std::size_t count) {
  return std::to_string(count == 0 ? lines_before : lines_before + 1) + (count == 1 ? "" : "," + std::to_string(count));
}

void add_line(std::string& out, const Step& step) {
  out += mark_of(step.op);
  out += step.piece;
  if (!step.piece.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

}  // namespace

std::string_view to_text(WordRun::Op op) {
  switch (op) {
    case WordRun::Op::equal: return "equal";
    case WordRun::Op::removed: return "removed";
    case WordRun::Op::added: return "added";
  }
  return "";
}

std::string unified_diff(std::string_view from, std::string_view to) {
  constexpr std::size_t kAround = 3;
  const auto steps = steps_between(lines_of(from), lines_of(to));
  const auto next_change = [&](std::size_t i) {
    while (i < steps.size() && steps[i].op == WordRun::Op::equal) ++i;
    return i;
  };
  std::string out;
  std::size_t from_line = 0;   // lines before step `at`, in either text
  std::size_t to_line = 0;
  std::size_t at = 0;
  const auto pass = [&](const Step& step) {
    from_line += step.op != WordRun::Op::added;
    to_line += step.op != WordRun::Op::removed;
  };
  for (std::size_t change = next_change(0); change < steps.size(); change = next_change(at)) {
    for (; at + kAround < change; ++at) pass(steps[at]);
    // The hunk goes on while the next change is so near that the lines around both would meet.
    std::size_t end = change;
    for (std::size_t next = change; next < steps.size() && next <= end + 2 * kAround; next = next_change(end)) {
      end = next;
      while (end < steps.size() && steps[end].op != WordRun::Op::equal) ++end;
    }
    end = std::min(end + kAround, steps.size());
    std::string body;
    const std::size_t from_begin = from_line;
    const std::size_t to_begin = to_line;
    for (; at < end; ++at) {
      add_line(body, steps[at]);
      pass(steps[at]);
    }
    out += "@@ -" + range(from_begin, from_line - from_begin) + " +" + range(to_begin, to_line - to_begin) + " @@\n" + body;
  }
  return out;
}

std::vector<std::optional<std::size_t>> kept_pieces(const std::vector<std::string>& from, const std::vector<std::string>& to) {
  std::vector<std::optional<std::size_t>> kept;
  kept.reserve(to.size());
  std::size_t at = 0;   // in `from`
  for (const auto& step : steps_between(from, to)) {
    if (step.op != WordRun::Op::removed) kept.push_back(step.op == WordRun::Op::equal ? std::optional(at) : std::nullopt);
    if (step.op != WordRun::Op::added) ++at;
  }
  return kept;
}

std::vector<WordRun> word_diff(std::string_view from, std::string_view to) {
  std::vector<WordRun> runs;
  for (auto& [op, piece] : steps_between(words_of(from), words_of(to))) {
    if (runs.empty() || runs.back().op != op) runs.push_back({op, {}});
    runs.back().text += piece;
  }
  return runs;
}

}  // namespace ledger::prompt
