#include "domain/json_path/regexp.hpp"

#include <algorithm>
#include <utility>

#include "domain/json_path/regexp_parser.hpp"
#include "domain/json_path/unicode_category.hpp"
#include "domain/utf8.hpp"

namespace ledger::json_path {
namespace {

using Does = Regexp::Instruction::Does;

// Where in the text a program stands.
struct Edge {
  bool begin = false, end = false;
};

// The instructions that wait for a character, each once.
class Waiting {
 public:
  explicit Waiting(std::size_t instructions) : marks_(instructions, 0) {}

  void clear() {
    all_.clear();
    ++round_;
  }
  // Follows an instruction to all that take a character; true when one accepts. Looks at each at most once until clear().
  bool follow(const Regexp::Program& program, std::uint32_t from, Edge edge, std::size_t& looked_at) {
    bool accepts = false;
    open_.push_back(from);
    while (!open_.empty()) {
      const auto at = open_.back();
      open_.pop_back();
      if (std::exchange(marks_[at], round_) == round_) continue;
      ++looked_at;
      const auto& instruction = program.instructions[at];
      switch (instruction.does) {
        case Does::take: all_.push_back(at); break;
        case Does::fork: open_.push_back(instruction.otherwise); [[fallthrough]];
        case Does::jump: open_.push_back(instruction.to); break;
        case Does::at_begin:
          if (edge.begin) open_.push_back(at + 1);
          break;
        case Does::at_end:
          if (edge.end) open_.push_back(at + 1);
          break;
        case Does::accept: accepts = true; break;
      }
    }
    return accepts;
  }
  const std::vector<std::uint32_t>& all() const { return all_; }

 private:
  std::vector<std::uint32_t> all_, open_;
  std::vector<std::uint64_t> marks_;
  std::uint64_t round_ = 1;
};

}  // namespace

bool Regexp::Set::holds(char32_t character) const {
  const bool in_range = std::ranges::any_of(ranges, [character](const Range& range) { return range.from <= character && character <= range.to; });
  const bool in_category = categories != 0 && (categories & unicode_category(character)) != 0;
  return (in_range || in_category) != negated;
}

Result<Regexp, Fault> Regexp::compile(std::string_view pattern) {
  return compile_program(pattern).map([](Program&& program) { return Regexp(std::make_shared<const Program>(std::move(program))); });
}

std::optional<bool> Regexp::matches(std::string_view text, std::size_t& steps) const { return run(text, false, steps); }
std::optional<bool> Regexp::finds(std::string_view text, std::size_t& steps) const { return run(text, true, steps); }

std::optional<bool> Regexp::run(std::string_view text, bool anywhere, std::size_t& steps) const {
  Waiting now(program_->instructions.size()), next(program_->instructions.size());
  std::size_t looked_at = program_->instructions.size();
  bool accepts = now.follow(*program_, 0, {.begin = true, .end = text.empty()}, looked_at);
  while (!text.empty() && !(anywhere && accepts)) {
    const char32_t character = take_code_point(text);
    const Edge edge{.begin = false, .end = text.empty()};
    next.clear();
    accepts = false;
    for (const auto at : now.all()) {
      const auto& set = program_->sets[program_->instructions[at].to];
      looked_at += 1 + set.ranges.size();
      if (set.holds(character) && next.follow(*program_, at + 1, edge, looked_at)) accepts = true;
    }
    if (anywhere && next.follow(*program_, 0, edge, looked_at)) accepts = true;
    if (++looked_at >= steps) {
      steps = 0;
      return std::nullopt;
    }
    std::swap(now, next);
    if (now.all().empty() && !anywhere && !text.empty()) {
      accepts = false;  // nothing takes what is left
      break;
    }
  }
  steps -= std::min(steps, looked_at);
  return accepts;
}

}  // namespace ledger::json_path
