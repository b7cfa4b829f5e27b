#include "http/reading/json_reader.hpp"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "domain/utf8.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// Recursive descent, no deeper than kMaxJsonDepth. A reader of our own because nlohmann's takes any depth (and overflows the stack when such
// a value is copied), lets the last of two equal names win, turns big integers into doubles, and tells errors without a place of ours.
class JsonText {
 public:
  explicit JsonText(std::string_view text) : text_(text) {}

  std::optional<JsonDocument> read() {
    auto value = read_value(0);
    if (!value) return std::nullopt;
    skip_space();
    if (at_ < text_.size()) return fail("there is more behind the end of the value");
    return std::optional<JsonDocument>(std::in_place, *std::move(value), std::move(digits_));
  }

  std::string error() const {
    std::size_t line = 1;
    std::size_t line_begin = 0;
    for (std::size_t i = 0; i < error_at_; ++i) {
      if (text_[i] == '\n') {
        ++line;
        line_begin = i + 1;
      }
    }
    return "Line " + std::to_string(line) + ", column " + std::to_string(error_at_ - line_begin + 1) + ": " + error_ + ".";
  }

 private:
  std::nullopt_t fail(std::string why) { return fail_at(at_, std::move(why)); }
  std::nullopt_t fail_at(std::size_t place, std::string why) {
    if (error_.empty()) {
      error_ = std::move(why);
      error_at_ = place;
    }
    return std::nullopt;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) ++at_;
  }
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

  std::optional<json> read_value(int depth) {
    skip_space();
    if (at_ >= text_.size()) return fail("the text ends where a value should be");
    const char c = text_[at_];
    if (c == '{' || c == '[') {
      if (depth == kMaxJsonDepth) return fail("objects and arrays are nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
      ++at_;
      return c == '{' ? read_object(depth) : read_array(depth);
    }
    if (c == '"') {
      auto string = read_string();
      if (!string) return std::nullopt;
      return json(std::move(*string));
    }
    if (c == '-' || (c >= '0' && c <= '9')) return read_number();
    if (take("true")) return json(true);
    if (take("false")) return json(false);
    if (take("null")) return json(nullptr);
    return fail("this is not the beginning of a JSON value");
  }

  std::optional<json> read_object(int depth) {
    json object = json::object();
    skip_space();
    if (take('}')) return std::optional<json>(std::in_place, std::move(object));
    do {
      skip_space();
      const std::size_t begin = at_;
      if (at_ >= text_.size() || text_[at_] != '"') return fail("the name of a field, in double quotes, should be here");
      auto name = read_string();
      if (!name) return std::nullopt;
      if (object.contains(*name)) return fail_at(begin, "the field \"" + *name + "\" comes twice in one object");
      skip_space();
      if (!take(':')) return fail("a colon should be here");
      auto value = read_value(depth + 1);
      if (!value) return std::nullopt;
      const json& placed = *object.emplace(std::move(*name), std::move(*value)).first;
      if (placed.is_number_float()) digits_.emplace(&placed, number_);
      skip_space();
    } while (take(','));
    if (!take('}')) return fail("a comma or the closing brace of an object should be here");
    return std::optional<json>(std::in_place, std::move(object));
  }

  std::optional<json> read_array(int depth) {
    json array = json::array();
    std::vector<std::pair<std::size_t, std::string_view>> numbers;   // they have their places only when the array has come to its end
    skip_space();
    if (take(']')) return std::optional<json>(std::in_place, std::move(array));
    do {
      auto value = read_value(depth + 1);
      if (!value) return std::nullopt;
      if (value->is_number_float()) numbers.emplace_back(array.size(), number_);
      array.push_back(std::move(*value));
      skip_space();
    } while (take(','));
    if (!take(']')) return fail("a comma or the closing bracket of an array should be here");
    for (const auto& [index, written] : numbers) digits_.emplace(&array[index], written);
    return std::optional<json>(std::in_place, std::move(array));
  }

  std::optional<std::string> read_string() {
    const std::size_t begin = at_++;
    std::string out;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return out;
      }
      if (c == '\\') {
        if (!read_escape(out)) return std::nullopt;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return fail(c == '\0' ? "a NUL character cannot be stored" : "a control character in a string must be escaped");
      } else {
        const std::size_t run = at_;
        while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
        const std::string_view plain = text_.substr(run, at_ - run);
        if (!is_utf8(plain)) return fail_at(begin, "this string is not valid UTF-8");
        out.append(plain);
      }
    }
    return fail_at(begin, "the string that begins here has no end");
  }

  static bool is_plain(char c) { return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20; }

  bool read_escape(std::string& out) {
    const std::size_t begin = at_++;
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (at_ < text_.size()) {
      if (const auto known = kLetters.find(text_[at_]); known != std::string_view::npos) {
        out += kMeanings[known];
        ++at_;
        return true;
      }
    }
    if (!take('u')) return fail_at(begin, "this escape is not known to JSON"), false;
    auto unit = read_hex4();
    if (!unit) return fail_at(begin, "four hexadecimal digits should follow \\u"), false;
    if (*unit == 0) return fail_at(begin, "a NUL character (\\u0000) cannot be stored"), false;
    std::uint32_t point = *unit;
    if (point >= 0xd800 && point <= 0xdfff) {
      const auto low = point < 0xdc00 && take("\\u") ? read_hex4() : std::nullopt;
      if (!low || *low < 0xdc00 || *low > 0xdfff) return fail_at(begin, "half of a surrogate pair is missing"), false;
      point = 0x10000 + ((point - 0xd800) << 10) + (*low - 0xdc00);
    }
    append_utf8(out, point);
    return true;
  }

  std::optional<std::uint32_t> read_hex4() {
    if (text_.size() - at_ < 4) return std::nullopt;
    std::uint32_t value = 0;
    const char* const begin = text_.data() + at_;
    const auto [stop, error] = std::from_chars(begin, begin + 4, value, 16);
    if (error != std::errc{} || stop != begin + 4) return std::nullopt;
    at_ += 4;
    return value;
  }

  static void append_utf8(std::string& out, std::uint32_t point) {
    const auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((point >> shift) & 0x3f)); };
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += static_cast<char>(0xc0 | (point >> 6));
      tail(0);
    } else if (point < 0x10000) {
      out += static_cast<char>(0xe0 | (point >> 12));
      tail(6);
      tail(0);
    } else {
      out += static_cast<char>(0xf0 | (point >> 18));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::size_t skip_digits() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ - begin;
  }

  std::optional<json> read_number() {
    const std::size_t begin = at_;
    const bool negative = take('-');
    const bool zero = at_ < text_.size() && text_[at_] == '0';
    const std::size_t digits = skip_digits();
    if (digits == 0 || (zero && digits > 1)) return fail_at(begin, "this is not a JSON number");
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (skip_digits() == 0) return fail_at(begin, "digits should follow the point of this number");
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('+')) (void)take('-');
      if (skip_digits() == 0) return fail_at(begin, "digits should follow the exponent sign of this number");
    }
    const char* const from = text_.data() + begin;
    const char* const to = text_.data() + at_;
    if (!whole) {
      double value = 0;
      // Too small also comes as out of range: that one is refused too, since it would be stored as nought.
      if (std::from_chars(from, to, value).ec != std::errc{} || !std::isfinite(value)) {
        return fail_at(begin, "this number is too large or too small to be stored");
      }
      number_ = text_.substr(begin, at_ - begin);
      return json(value);
    }
    if (negative) {
      std::int64_t value = 0;
      if (std::from_chars(from, to, value).ec != std::errc{}) return fail_at(begin, "this integer does not fit into 64 bits");
      return json(value);
    }
    std::uint64_t value = 0;
    if (std::from_chars(from, to, value).ec != std::errc{}) return fail_at(begin, "this integer does not fit into 64 bits");
    return json(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view number_;            // the last one with a fraction or an exponent, as written
  JsonDocument::Digits digits_;
  std::string error_;
  std::size_t error_at_ = 0;
};

}  // namespace

Result<JsonDocument, std::string> read_json(std::string_view text) {
  JsonText reader(text);
  auto document = reader.read();
  if (!document) return tl::unexpected(reader.error());
  return *std::move(document);
}

}  // namespace ledger::http
