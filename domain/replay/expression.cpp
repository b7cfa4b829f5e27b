#include "domain/replay/expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "domain/json.hpp"
#include "domain/json_path/compare.hpp"
#include "domain/json_path/parse.hpp"
#include "domain/json_text.hpp"
#include "domain/utf8.hpp"

namespace ledger::replay {
namespace {

using json_path::Fault;
using nlohmann::json;

constexpr std::string_view kBlanks = " \t";

// RFC 6901, section 3; `pointer` begins with / or is empty.
Result<std::vector<std::string>, Fault> pointer_tokens(std::string_view pointer) {
  std::vector<std::string> tokens;
  for (std::size_t at = 0; at < pointer.size(); ++at) {
    const char c = pointer[at];
    if (c == '/') {
      tokens.emplace_back();
    } else if (c != '~') {
      tokens.back() += c;
    } else {
      const std::string_view escape = pointer.substr(at, 2);
      if (escape != "~0" && escape != "~1") return tl::unexpected(Fault{at, "in a JSON Pointer ~ is written ~0, and / in a name ~1"});
      tokens.back() += escape == "~0" ? '~' : '/';
      ++at;
    }
  }
  return tokens;
}

// An array's index as RFC 6901, section 4 has it: digits without a leading zero.
std::optional<std::size_t> index_of(const std::string& token) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  const bool read = error == std::errc{} && end == token.data() + token.size() && (token.size() == 1 || token.front() != '0');
  return read ? std::optional(index) : std::nullopt;
}

std::vector<json_path::Node> follow(const std::vector<std::string>& tokens, const json& document) {
  json_path::Node at{&document, {}};
  for (const auto& token : tokens) {
    if (at.value->is_object()) {
      const auto member = at.value->find(token);
      if (member == at.value->end()) return {};
      at.value = &*member;
      at.location.emplace_back(token);
    } else if (const auto index = index_of(token); at.value->is_array() && index && *index < at.value->size()) {
      at.value = &(*at.value)[*index];
      at.location.emplace_back(*index);
    } else {
      return {};
    }
  }
  std::vector<json_path::Node> found;
  found.push_back(std::move(at));
  return found;
}

std::size_t skip_blanks(std::string_view text, std::size_t at) { return std::min(text.find_first_not_of(kBlanks, at), text.size()); }

}  // namespace

Result<Path, Fault> Path::parse(std::string_view text) {
  if (text.starts_with('$')) {
    return json_path::parse(text).map([](json_path::Query&& query) { return Path(std::move(query)); });
  }
  if (!text.empty() && text.front() != '/') return tl::unexpected(Fault{0, "a path begins with $ (JSONPath) or / (JSON Pointer)"});
  if (!is_utf8(text)) return tl::unexpected(Fault{0, "not UTF-8"});
  return pointer_tokens(text).map([](Tokens&& tokens) { return Path(std::move(tokens)); });
}

Result<std::vector<json_path::Node>, std::string> Path::select(const json& document) const {
  if (const auto* query = std::get_if<json_path::Query>(&is_)) return json_path::select(*query, document);
  return follow(std::get<Tokens>(is_), document);
}

Result<Expression, Fault> Expression::parse(std::string_view text) {
  std::size_t end = 0;
  std::optional<Path> path;
  if (text.starts_with('$')) {
    auto read = json_path::parse_beginning(text);
    if (!read) return tl::unexpected(std::move(read.error()));
    end = read->bytes;
    path = Path(std::move(read->query));
  } else {
    end = std::min(text.find_first_of(kBlanks), text.size());
    auto read = Path::parse(text.substr(0, end));
    if (!read) return tl::unexpected(std::move(read.error()));
    path = std::move(*read);
  }
  const std::size_t behind = skip_blanks(text, end);
  if (behind == text.size()) return Expression(std::move(*path), std::nullopt);
  return parse_comparison(text, behind).map([&](Comparison&& comparison) { return Expression(std::move(*path), std::move(comparison)); });
}

Result<Expression::Comparison, Fault> Expression::parse_comparison(std::string_view text, std::size_t at) {
  using Word = std::pair<std::string_view, By>;
  // Longer ones before those that they begin with.
  constexpr std::array kWords{Word{"==", By::equal},   Word{"!=", By::not_equal}, Word{"<=", By::at_most},       Word{">=", By::at_least},
                              Word{"<", By::less}, Word{">", By::greater},    Word{"contains", By::contains}};
  const auto word = std::ranges::find_if(kWords, [rest = text.substr(at)](const Word& each) { return rest.starts_with(each.first); });
  if (word == kWords.end()) return tl::unexpected(Fault{at, "a comparison is wanted here: ==, !=, <, <=, >, >= or contains"});
  const std::size_t value_at = skip_blanks(text, at + word->first.size());
  if (value_at == text.size()) return tl::unexpected(Fault{value_at, "a JSON value is wanted here"});
  const auto value = parse_json_text(text.substr(value_at));
  if (!value) return tl::unexpected(Fault{value_at, value.error() + "; a value is written as JSON, a text in double quotes"});
  return Comparison{word->second, std::make_shared<const json>(json::parse(value->text))};
}

Result<bool, std::string> Expression::holds_in(const json& state) const {
  const auto selected = path_.select(state);
  if (!selected) return tl::unexpected(selected.error());
  std::size_t steps = json_path::Limits{}.steps;
  for (const auto& node : *selected) {
    const json& value = *node.value;
    const bool yes = comparison_ ? is_so(value, *comparison_, steps) : !value.is_null() && value != json(false);
    if (steps == 0) return tl::unexpected<std::string>("the comparison takes too many steps in this state");
    if (yes) return true;
  }
  return false;
}

bool Expression::is_so(const json& value, const Comparison& comparison, std::size_t& steps) {
  const json& with = *comparison.with;
  const auto equal = [&](const json& one) { return json_path::is_equal(one, with, steps); };
  switch (comparison.by) {
    case By::equal: return equal(value);
    case By::not_equal: return !equal(value);
    case By::less: return json_path::is_less(value, with);
    case By::at_most: return json_path::is_less(value, with) || equal(value);
    case By::greater: return json_path::is_less(with, value);
    case By::at_least: return json_path::is_less(with, value) || equal(value);
    case By::contains:
      if (value.is_array()) return std::any_of(value.begin(), value.end(), equal);
      if (!with.is_string()) return false;
      if (value.is_object()) return value.contains(with.get_ref<const std::string&>());
      return value.is_string() && value.get_ref<const std::string&>().find(with.get_ref<const std::string&>()) != std::string::npos;
  }
  return false;
}

}  // namespace ledger::replay
