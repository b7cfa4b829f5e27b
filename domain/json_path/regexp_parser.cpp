#include "domain/json_path/regexp_parser.hpp"

#include <optional>
#include <string>
#include <utility>

#include "domain/json_path/unicode_category.hpp"
#include "domain/utf8.hpp"

namespace ledger::json_path {
namespace {

using Set = Regexp::Set;
using Instruction = Regexp::Instruction;
using Does = Instruction::Does;

constexpr std::uint32_t kMostRepetitions = 1'000;

// A pattern as a tree.
struct Piece {
  enum class Is : std::uint8_t { one_of, begin, end, sequence, alternatives, repeated };
  Is is = Is::sequence;
  std::uint32_t set = 0;               // one_of
  std::vector<Piece> parts = {};       // the others; repeated has one
  std::uint32_t least = 1;             // repeated
  std::optional<std::uint32_t> most = {};   // absent: any number
};

// A recursive descent along the grammar of RFC 9485, section 4. Keeps the first fault and stands at the end then.
class Reader {
 public:
  Reader(std::string_view pattern, std::vector<Set>& sets) : whole_(pattern), rest_(pattern), sets_(sets) {}

  Piece whole() {
    if (!is_utf8(whole_)) fail("not UTF-8");
    Piece read = alternatives();
    if (!rest_.empty()) fail("this ) closes nothing");
    return read;
  }
  const std::optional<Fault>& fault() const { return fault_; }

 private:
  Piece alternatives() {
    Piece out{.is = Piece::Is::alternatives};
    do out.parts.push_back(branch());
    while (take('|'));
    return out.parts.size() == 1 ? std::move(out.parts.front()) : std::move(out);
  }

  Piece branch() {
    Piece out{.is = Piece::Is::sequence};
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') out.parts.push_back(quantified(atom()));
    return out;
  }

  Piece quantified(Piece of) {
    const auto repeated = [&of](std::uint32_t least, std::optional<std::uint32_t> most) {
      Piece out{.is = Piece::Is::repeated, .least = least, .most = most};
      out.parts.push_back(std::move(of));
      return out;
    };
    if (take('*')) return repeated(0, std::nullopt);
    if (take('+')) return repeated(1, std::nullopt);
    if (take('?')) return repeated(0, 1);
    if (!take('{')) return of;
    const auto least = number();
    std::optional<std::uint32_t> most = least;
    if (take(',')) most = !rest_.empty() && rest_.front() == '}' ? std::nullopt : std::optional(number());
    if (!take('}')) fail("a } is wanted here");
    if (most && *most < least) fail("the larger number of repetitions comes last");
    return repeated(least, most);
  }

  std::uint32_t number() {
    std::uint32_t value = 0;
    if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') fail("a number of repetitions is wanted here");
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = value * 10 + static_cast<std::uint32_t>(rest_.front() - '0');
      rest_.remove_prefix(1);
      if (value > kMostRepetitions) fail("more than " + std::to_string(kMostRepetitions) + " repetitions");
    }
    return value;
  }

  Piece atom() {
    if (take('(')) {
      if (++depth_ > kRegexpNesting) fail("groups nested deeper than " + std::to_string(kRegexpNesting) + " levels");
      Piece inside = alternatives();
      --depth_;
      if (!take(')')) fail("a ) is wanted here");
      return inside;
    }
    if (take('.')) return one_of({.ranges = {{'\n', '\n'}, {'\r', '\r'}}, .negated = true});
    if (take('[')) return one_of(class_expression());
    if (take('^')) return {.is = Piece::Is::begin};
    if (take('$')) return {.is = Piece::Is::end};
    if (rest_.starts_with('\\')) {
      Set set;
      add_escape(set);
      return one_of(std::move(set));
    }
    if (std::string_view("*+?{}]").find(rest_.front()) != std::string_view::npos) fail("this character needs a \\ before it");
    return one_of(single(take_character()));
  }

  static Set single(char32_t character) { return {.ranges = {{character, character}}}; }

  Piece one_of(Set set) {
    sets_.push_back(std::move(set));
    return {.is = Piece::Is::one_of, .set = static_cast<std::uint32_t>(sets_.size() - 1)};
  }

  // Behind [.
  Set class_expression() {
    Set set{.negated = take('^')};
    if (take('-')) set.ranges.push_back({'-', '-'});
    else if (rest_.starts_with(']')) fail("a class holds at least one character");
    while (!rest_.empty() && rest_.front() != ']') {
      if (take('-')) {
        set.ranges.push_back({'-', '-'});
        if (!rest_.starts_with(']')) fail("a - stands first or last, or between two characters");
        break;
      }
      class_part(set);
    }
    if (!take(']')) fail("a ] is wanted here");
    return set;
  }

  void class_part(Set& set) {
    if (rest_.starts_with("\\p") || rest_.starts_with("\\P")) return add_escape(set);
    const char32_t from = class_character();
    const bool range = rest_.starts_with('-') && rest_.size() > 1 && rest_[1] != ']';
    if (!range) return set.ranges.push_back({from, from});
    take('-');
    const char32_t to = class_character();
    if (to < from) fail("the larger character of a range comes last");
    set.ranges.push_back({from, to});
  }

  char32_t class_character() {
    if (rest_.starts_with('\\')) return escaped_character();
    if (rest_.empty() || rest_.front() == '[' || rest_.front() == '-') fail("a character is wanted here; [, ] and - need a \\ before them");
    return take_character();
  }

  void add_escape(Set& set) {
    const bool complement = rest_.starts_with("\\P");
    if (!complement && !rest_.starts_with("\\p")) {
      const char32_t character = escaped_character();
      return set.ranges.push_back({character, character});
    }
    rest_.remove_prefix(2);
    const std::size_t close = rest_.find('}');
    const auto categories = rest_.starts_with('{') && close != std::string_view::npos ? unicode_categories(rest_.substr(1, close - 1)) : std::nullopt;
    if (!categories) return fail("a general category is wanted here, as in \\p{Lu}");
    rest_.remove_prefix(close + 1);
    set.categories |= complement ? ~*categories & kAllUnicodeCategories : *categories;
  }

  char32_t escaped_character() {
    take('\\');
    const char c = rest_.empty() ? '\0' : rest_.front();
    if (c == 'n' || c == 'r' || c == 't') {
      rest_.remove_prefix(1);
      return c == 'n' ? U'\n' : c == 'r' ? U'\r' : U'\t';
    }
    if (c == '\0' || std::string_view("()*+-.?[\\]^{|}").find(c) == std::string_view::npos) fail("there is no such escape in an I-Regexp");
    return take_character();
  }

  char32_t take_character() { return rest_.empty() ? U'\0' : take_code_point(rest_); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void fail(std::string problem) {
    if (!fault_) fault_ = Fault{whole_.size() - rest_.size(), std::move(problem)};
    rest_ = {};
  }

  std::string_view whole_, rest_;
  std::vector<Set>& sets_;
  int depth_ = 0;
  std::optional<Fault> fault_;
};

// Writes a tree out as instructions (Thompson's construction), until there are too many.
class Writer {
 public:
  explicit Writer(std::vector<Instruction>& out) : out_(out) {}

  bool full() const { return out_.size() >= kRegexpInstructions; }

  void write(const Piece& piece) {
    switch (piece.is) {
      case Piece::Is::one_of: put({Does::take, piece.set, 0}); return;
      case Piece::Is::begin: put({Does::at_begin, 0, 0}); return;
      case Piece::Is::end: put({Does::at_end, 0, 0}); return;
      case Piece::Is::sequence:
        for (const auto& part : piece.parts) write(part);
        return;
      case Piece::Is::alternatives: return write_alternatives(piece.parts);
      case Piece::Is::repeated: return write_repeated(piece);
    }
  }
  void accept() { put({Does::accept, 0, 0}); }

 private:
  void write_alternatives(const std::vector<Piece>& parts) {
    std::vector<std::uint32_t> ends;
    for (std::size_t i = 0; i < parts.size() && !full(); ++i) {
      const bool last = i + 1 == parts.size();
      const auto fork = here();
      if (!last) put({Does::fork, fork + 1, 0});
      write(parts[i]);
      if (last) break;
      ends.push_back(here());
      put({Does::jump, 0, 0});
      out_[fork].otherwise = here();
    }
    for (const auto end : ends) out_[end].to = here();
  }

  void write_repeated(const Piece& piece) {
    const Piece& of = piece.parts.front();
    for (std::uint32_t i = 0; i < piece.least && !full(); ++i) write(of);
    if (!piece.most) {
      const auto fork = here();
      put({Does::fork, fork + 1, 0});
      write(of);
      put({Does::jump, fork, 0});
      out_[fork].otherwise = here();
      return;
    }
    std::vector<std::uint32_t> forks;
    for (std::uint32_t i = piece.least; i < *piece.most && !full(); ++i) {
      forks.push_back(here());
      put({Does::fork, here() + 1, 0});
      write(of);
    }
    for (const auto fork : forks) out_[fork].otherwise = here();
  }

  std::uint32_t here() const { return static_cast<std::uint32_t>(out_.size()); }
  // What is full is thrown away; until then its last instruction is written over and over, so that places stay within it.
  void put(Instruction instruction) {
    if (full()) out_.back() = instruction;
    else out_.push_back(instruction);
  }

  std::vector<Instruction>& out_;
};

}  // namespace

Result<Regexp::Program, Fault> compile_program(std::string_view pattern) {
  Regexp::Program program;
  Reader reader(pattern, program.sets);
  const Piece read = reader.whole();
  if (reader.fault()) return tl::unexpected(*reader.fault());
  Writer writer(program.instructions);
  writer.write(read);
  if (writer.full()) return tl::unexpected(Fault{0, "with its repetitions written out, the pattern is longer than " + std::to_string(kRegexpInstructions) + " instructions"});
  writer.accept();
  return program;
}

}  // namespace ledger::json_path
