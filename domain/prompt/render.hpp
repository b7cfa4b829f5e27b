#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/prompt/content.hpp"
#include "domain/result.hpp"

namespace ledger::prompt {

// What the caller fills in, by the name of the variable or placeholder.
using Values = std::map<std::string, JsonText, std::less<>>;

enum class RenderProblem : std::uint8_t { missing, mistyped, not_an_option, unknown, too_large };

struct RenderError {
  std::string variable;  // empty when the whole is too large
  RenderProblem problem;
  std::string detail;  // a sentence

  bool operator==(const RenderError&) const = default;
};

// A text, or the messages of a chat with its placeholders filled in.
using Rendered = std::variant<std::string, std::vector<Message>>;

// Fills the content in: strings as they are, numbers and booleans as JSON writes them, arrays and objects as compact
// JSON. What a value contains is never read as a template. On error lists everything that is wrong, in the order of the
// variables, unknown ones last.
Result<Rendered, std::vector<RenderError>> render(const Content& content, const Values& values);

// A query string's text as a value of the declared type: a string as it is, everything else read as JSON. What is not
// of the type comes back as a string, so that render lists it as mistyped with all the rest. Placeholders take JSON;
// unknown names are kept as strings.
JsonText value_from_text(const Content& content, std::string_view name, std::string_view text);

// What is wrong with a value for this variable (its type, its options): a sentence, or nothing.
std::string complaint_about(const Variable& variable, const JsonText& value);
bool has_type(const JsonText& value, VariableType type);

}  // namespace ledger::prompt
