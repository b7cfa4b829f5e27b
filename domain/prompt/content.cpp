#include "domain/prompt/content.hpp"

#include <array>

namespace ledger::prompt {
namespace {

constexpr std::array kTypes{VariableType::string,  VariableType::number, VariableType::integer,
                            VariableType::boolean, VariableType::array,  VariableType::object};
constexpr std::array kSyntaxes{Syntax::strict, Syntax::lenient};

template <class List>
auto find_by_text(const List& list, std::string_view text) -> std::optional<typename List::value_type> {
  for (const auto value : list) {
    if (to_text(value) == text) return value;
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(VariableType type) {
  switch (type) {
    case VariableType::string:
      return "string";
    case VariableType::number:
      return "number";
    case VariableType::integer:
      return "integer";
    case VariableType::boolean:
      return "boolean";
    case VariableType::array:
      return "array";
    case VariableType::object:
      return "object";
  }
  return "unknown";
}

std::optional<VariableType> parse_variable_type(std::string_view text) { return find_by_text(kTypes, text); }

std::string_view to_text(Syntax syntax) {
  switch (syntax) {
    case Syntax::strict:
      return "strict";
    case Syntax::lenient:
      return "lenient";
  }
  return "unknown";
}

std::optional<Syntax> parse_syntax(std::string_view text) { return find_by_text(kSyntaxes, text); }

}  // namespace ledger::prompt
