#include "domain/json_path/parse.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "domain/json.hpp"
#include "domain/utf8.hpp"

namespace ledger::json_path {
namespace {

using nlohmann::json;

constexpr std::int64_t kLargestInteger = (std::int64_t{1} << 53) - 1;  // what I-JSON (RFC 7493) holds exactly

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool begins_name(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

enum class Kind : std::uint8_t { value, nodes };  // what a function takes

struct Signature {
  std::string_view name;
  Function function;
  bool tests;  // its result is true or false, else a value
  std::size_t arguments;
  Kind takes;
};

constexpr std::array<Signature, 5> kFunctions{{{"length", Function::length, false, 1, Kind::value},
                                               {"count", Function::count, false, 1, Kind::nodes},
                                               {"match", Function::match, true, 2, Kind::value},
                                               {"search", Function::search, true, 2, Kind::value},
                                               {"value", Function::value, false, 1, Kind::nodes}}};

const Signature& signature(Function function) { return kFunctions.at(static_cast<std::size_t>(function)); }

// A recursive descent along the grammar of RFC 9535, appendix A. It keeps the first fault and then stands at the end of the text, where
// nothing is found any more.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Query whole() {
    Query query = beginning();
    if (at_ < text_.size()) fail(at_, "the query ends here, but the text goes on");
    return query;
  }

  Query beginning() {
    if (text_.size() > kQueryBytes) fail(kQueryBytes, "longer than " + std::to_string(kQueryBytes) + " bytes");
    if (!is_utf8(text_)) fail(0, "not UTF-8");
    if (!take('$')) fail(at_, "a JSONPath begins with $");
    return query(true);
  }

  std::size_t at() const { return at_; }
  const std::optional<Fault>& fault() const { return fault_; }

 private:
  // Behind $ or @.
  Query query(bool from_root) {
    Query out{.from_root = from_root};
    for (;;) {
      const std::size_t behind = at_;
      skip_blanks();
      if (peek() == '[') {
        out.segments.push_back(bracketed(false));
      } else if (peek() == '.') {
        out.segments.push_back(dotted());
      } else {
        at_ = behind;
        return out;
      }
    }
  }

  Segment dotted() {
    take('.');
    const bool descendants = take('.');
    if (descendants && peek() == '[') return bracketed(true);
    Segment out{.descendants = descendants};
    if (take('*')) {
      out.selectors.emplace_back(Wildcard{});
    } else {
      out.selectors.emplace_back(Name{shorthand()});
    }
    return out;
  }

  std::string shorthand() {
    const std::size_t start = at_;
    if (!begins_name(peek())) fail(at_, "a name or * is wanted here; names with other characters go in ['…']");
    while (begins_name(peek()) || is_digit(peek())) ++at_;
    return std::string(text_.substr(start, at_ - start));
  }

  Segment bracketed(bool descendants) {
    take('[');
    const Deeper deeper(*this);
    Segment out{.descendants = descendants};
    do {
      skip_blanks();
      out.selectors.push_back(selector());
      skip_blanks();
    } while (take(','));
    expect(']', "a , or ] is wanted here");
    return out;
  }

  Selector selector() {
    const char c = peek();
    if (c == '\'' || c == '"') return Name{string()};
    if (take('*')) return Wildcard{};
    if (take('?')) {
      skip_blanks();
      return Filter{std::make_shared<const Condition>(any_of())};
    }
    if (c == '-' || c == ':' || is_digit(c)) return index_or_slice();
    fail(at_, "a selector is wanted here: a name in quotes, an index, a slice, * or a filter ?…");
    return Wildcard{};
  }

  Selector index_or_slice() {
    const auto start = integer();
    const std::size_t behind = at_;
    skip_blanks();
    if (!take(':')) {
      at_ = behind;
      return Index{start.value_or(0)};
    }
    Slice slice{.start = start};
    skip_blanks();
    slice.end = integer();
    skip_blanks();
    if (take(':')) {
      skip_blanks();
      slice.step = integer().value_or(1);
    }
    return slice;
  }

  // Nothing when there is none.
  std::optional<std::int64_t> integer() {
    const std::size_t start = at_;
    const bool negative = take('-');
    const std::size_t digits = at_;
    while (is_digit(peek())) ++at_;
    if (at_ == start) return std::nullopt;
    const std::string_view number = text_.substr(digits, at_ - digits);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (number.empty()) fail(start, "digits are wanted behind the -");
    else if (number.front() == '0' && (number.size() > 1 || negative)) fail(start, "an integer has no leading 0 and is not -0");
    else if (error != std::errc{} || value > kLargestInteger) fail(start, "an integer lies within ±(2^53 - 1)");
    return negative ? -value : value;
  }

  Condition any_of() {
    const Deeper deeper(*this);
    std::vector<Condition> parts;
    do {
      skip_blanks();
      parts.push_back(all_of());
      skip_blanks();
    } while (take("||"));
    return parts.size() == 1 ? std::move(parts.front()) : Condition{Any{std::move(parts)}};
  }

  Condition all_of() {
    std::vector<Condition> parts;
    do {
      skip_blanks();
      parts.push_back(basic());
      const std::size_t behind = at_;
      skip_blanks();
      if (peek() != '&') at_ = behind;
    } while (take("&&"));
    return parts.size() == 1 ? std::move(parts.front()) : Condition{All{std::move(parts)}};
  }

  Condition basic() {
    if (take('!')) {
      skip_blanks();
      return {Not{std::make_shared<const Condition>(peek() == '(' ? parenthesized() : test(operand_at()))}};
    }
    if (peek() == '(') return parenthesized();
    auto left = operand_at();
    const std::size_t behind = at_;
    skip_blanks();
    const auto by = comparator();
    if (!by) {
      at_ = behind;
      return test(std::move(left));
    }
    skip_blanks();
    auto right = operand_at();
    check_comparable(left);
    check_comparable(right);
    return {Comparison{std::move(left.operand), *by, std::move(right.operand)}};
  }

  Condition parenthesized() {
    take('(');
    skip_blanks();
    Condition inside = any_of();
    skip_blanks();
    expect(')', "a ) is wanted here");
    return inside;
  }

  // An operand and where it stands, for what may yet be wrong with it.
  struct Placed {
    Operand operand;
    std::size_t offset;
  };
  Placed operand_at() {
    const std::size_t offset = at_;
    return {operand(), offset};
  }

  Condition test(Placed of) {
    const auto* call = std::get_if<Call>(&of.operand.is);
    if (std::holds_alternative<Literal>(of.operand.is)) fail(of.offset, "a literal alone is no condition: compare it with something");
    if (call && !signature(call->function).tests) fail(of.offset, "the result of this function is a value: compare it with something");
    return {Test{std::move(of.operand)}};
  }

  void check_comparable(const Placed& side) {
    const auto* query = std::get_if<Query>(&side.operand.is);
    const auto* call = std::get_if<Call>(&side.operand.is);
    if (query && !query->is_singular()) fail(side.offset, "only a query for a single node can be compared: names and indexes, one each");
    if (call && signature(call->function).tests) fail(side.offset, "this function is true or false by itself and is not compared");
  }

  std::optional<Comparator> comparator() {
    if (take("==")) return Comparator::equal;
    if (take("!=")) return Comparator::not_equal;
    if (take("<=")) return Comparator::at_most;
    if (take(">=")) return Comparator::at_least;
    if (take('<')) return Comparator::less;
    if (take('>')) return Comparator::greater;
    return std::nullopt;
  }

  Operand operand() {
    const char c = peek();
    if (c == '\'' || c == '"') return literal(string());
    if (c == '-' || is_digit(c)) return number();
    if (take('@')) return {query(false)};
    if (take('$')) return {query(true)};
    const std::size_t start = at_;
    while (is_lower(peek()) || (at_ > start && (is_digit(peek()) || peek() == '_'))) ++at_;
    const std::string_view word = text_.substr(start, at_ - start);
    if (peek() == '(') return call(word, start);
    if (word == "true") return literal(true);
    if (word == "false") return literal(false);
    if (word == "null") return literal(nullptr);
    fail(start, "a literal, a query that begins with @ or $, or a function is wanted here");
    return literal(nullptr);
  }

  static Operand literal(json value) { return {Literal{std::make_shared<const json>(std::move(value))}}; }

  Operand number() {
    const std::size_t start = at_;
    while (is_digit(peek()) || (peek() != '\0' && std::string_view("+-.eE").find(peek()) != std::string_view::npos)) ++at_;
    json value = json::parse(text_.substr(start, at_ - start), nullptr, false);
    if (!value.is_number()) fail(start, "this is not a number of JSON");
    return literal(std::move(value));
  }

  Operand call(std::string_view name, std::size_t start) {
    const Signature* known = nullptr;
    for (const auto& each : kFunctions) {
      if (each.name == name) known = &each;
    }
    if (!known) {
      fail(start, "there is no such function: length, count, match, search and value are known");
      return literal(nullptr);
    }
    const Deeper deeper(*this);
    take('(');
    Call out;
    out.function = known->function;
    skip_blanks();
    while (peek() != ')' && !fault_) {
      auto argument = operand_at();
      check_argument(*known, argument);
      out.arguments.push_back(std::move(argument.operand));
      skip_blanks();
      if (!take(',')) break;
      skip_blanks();
      if (peek() == ')') fail(at_, "an argument is wanted here");
    }
    expect(')', "a , or ) is wanted here");
    if (out.arguments.size() != known->arguments) fail(start, "this function takes " + std::to_string(known->arguments) + (known->arguments == 1 ? " argument" : " arguments"));
    if (!fault_ && known->tests) out.pattern = fixed_pattern(out.arguments.back());
    return {std::move(out)};
  }

  void check_argument(const Signature& function, const Placed& argument) {
    const auto* query = std::get_if<Query>(&argument.operand.is);
    const auto* inner = std::get_if<Call>(&argument.operand.is);
    if (function.takes == Kind::nodes) {
      if (!query) fail(argument.offset, "this function takes a query");
    } else if (query && !query->is_singular()) {
      fail(argument.offset, "this function takes a single value: wrap the query in value(…)");
    } else if (inner && signature(inner->function).tests) {
      fail(argument.offset, "this function takes a value, not what is true or false");
    }
  }

  // A pattern that is none matches nothing (RFC 9535, section 2.4.6): then there is nothing to keep either.
  static std::optional<Regexp> fixed_pattern(const Operand& argument) {
    const auto* given = std::get_if<Literal>(&argument.is);
    if (!given || !given->value->is_string()) return std::nullopt;
    auto compiled = Regexp::compile(given->value->get_ref<const std::string&>());
    return compiled ? std::optional(std::move(*compiled)) : std::nullopt;
  }

  // Rewritten as a string of JSON, which has the same escapes but for the quotes.
  std::string string() {
    const std::size_t start = at_;
    const char quote = peek();
    ++at_;
    std::string text = "\"";
    while (peek() != quote) {
      if (at_ >= text_.size()) {
        fail(start, "the string is not closed");
        return {};
      }
      const char c = text_[at_++];
      if (c == '\\' && peek() == '\'' && quote == '\'') {
        text += text_[at_++];
      } else if (c == '\\' && (peek() != '"' || quote == '"')) {
        text += c;
        if (at_ < text_.size()) text += text_[at_++];
      } else if (c == '\\') {
        fail(at_ - 1, "this quote needs no escape here");
        return {};
      } else if (c == '"') {
        text += "\\\"";
      } else {
        text += c;
      }
    }
    ++at_;
    const json read = json::parse(text + '"', nullptr, false);
    if (read.is_string()) return read.get<std::string>();
    fail(start, "the string has an escape or a character that strings of JSON do not have");
    return {};
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }
  void expect(char c, const char* problem) {
    if (!take(c)) fail(at_, problem);
  }
  void skip_blanks() {
    while (at_ < text_.size() && std::string_view(" \t\n\r").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  void fail(std::size_t offset, std::string problem) {
    if (!fault_) fault_ = Fault{offset, std::move(problem)};
    at_ = text_.size();
  }

  // One level of brackets, for as long as it is open.
  class Deeper {
   public:
    explicit Deeper(Parser& parser) : parser_(parser) {
      if (++parser_.depth_ > kQueryNesting) parser_.fail(parser_.at_, "nested deeper than " + std::to_string(kQueryNesting) + " levels");
    }
    ~Deeper() { --parser_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

   private:
    Parser& parser_;
  };

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<Fault> fault_;
};

}  // namespace

bool Query::is_singular() const {
  for (const auto& segment : segments) {
    if (segment.descendants || segment.selectors.size() != 1) return false;
    const auto& only = segment.selectors.front();
    if (!std::holds_alternative<Name>(only) && !std::holds_alternative<Index>(only)) return false;
  }
  return true;
}

Result<Query, Fault> parse(std::string_view text) {
  Parser parser(text);
  Query query = parser.whole();
  if (parser.fault()) return tl::unexpected(*parser.fault());
  return query;
}

Result<Beginning, Fault> parse_beginning(std::string_view text) {
  Parser parser(text);
  Query query = parser.beginning();
  if (parser.fault()) return tl::unexpected(*parser.fault());
  return Beginning{std::move(query), parser.at()};
}

}  // namespace ledger::json_path
