#include "domain/json_text.hpp"

#include <exception>
#include <unordered_set>
#include <vector>

#include "domain/json.hpp"

namespace ledger {
namespace {

using nlohmann::json;

// Looks at a text's values one by one, without building anything, and stops at the first that may not be stored.
class StorableCheck final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t& digits) override {
    if (digits.find_first_of(".eE") != string_t::npos) return true;
    return refuse("the integer " + digits.substr(0, 40) + " does not fit 64 bits; send it as a string");
  }
  bool string(string_t& value) override { return without_nul(value); }
  bool binary(binary_t&) override { return refuse("binary values are not JSON"); }
  bool start_object(std::size_t) override {
    members_.emplace_back();
    return deeper();
  }
  bool key(string_t& name) override {
    if (!without_nul(name)) return false;
    if (members_.back().insert(name).second) return true;
    return refuse("the member \"" + name + "\" is given twice");
  }
  bool end_object() override {
    members_.pop_back();
    --depth_;
    return true;
  }
  bool start_array(std::size_t) override { return deeper(); }
  bool end_array() override {
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& error) override {
    if (error.id == 406) return refuse("a number near byte " + std::to_string(position) + " is too large for a double");
    return refuse("not JSON at byte " + std::to_string(position));
  }

  const std::string& why() const { return why_; }

 private:
  bool refuse(std::string why) {
    why_ = std::move(why);
    return false;
  }
  bool deeper() {
    return ++depth_ <= kJsonDepth || refuse("nested deeper than " + std::to_string(kJsonDepth) + " levels");
  }
  bool without_nul(const string_t& value) {
    return value.find('\0') == string_t::npos || refuse("strings must not contain the character U+0000");
  }

  int depth_ = 0;
  std::vector<std::unordered_set<std::string>> members_;  // of each object that is open
  std::string why_;
};

}  // namespace

std::string_view to_text(JsonKind kind) {
  switch (kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      return "boolean";
    case JsonKind::integer:
      return "integer";
    case JsonKind::number:
      return "number";
    case JsonKind::string:
      return "string";
    case JsonKind::array:
      return "array";
    case JsonKind::object:
      return "object";
  }
  return "unknown";
}

JsonKind kind(const JsonText& value) {
  switch (value.text.empty() ? 'n' : value.text.front()) {
    case '"':
      return JsonKind::string;
    case '{':
      return JsonKind::object;
    case '[':
      return JsonKind::array;
    case 't':
    case 'f':
      return JsonKind::boolean;
    case 'n':
      return JsonKind::null;
    default:
      return value.text.find_first_of(".eE") == std::string::npos ? JsonKind::integer : JsonKind::number;
  }
}

Result<JsonText, std::string> parse_json_text(std::string_view text) {
  StorableCheck check;
  if (!json::sax_parse(text, &check)) return tl::unexpected(check.why());
  return JsonText{json::parse(text).dump()};
}

bool nests_deeper_than(std::string_view text, int levels) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (in_string) {
      if (c == '\\') ++at;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > levels) return true;
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

JsonText json_string(std::string_view utf8) { return {json(utf8).dump()}; }

JsonText json_boolean(bool value) { return {value ? "true" : "false"}; }

std::string plain_text(const JsonText& value) {
  if (kind(value) != JsonKind::string) return value.text;
  return json::parse(value.text).get<std::string>();
}

}  // namespace ledger
