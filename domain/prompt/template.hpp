#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/prompt/content.hpp"

// The template language: text with {{name}}, spaces allowed inside the braces. A name is a letter or '_', then letters,
// digits and _.- . Single braces, `}}` outside, and ${…} are text.
namespace ledger::prompt {

// Where something is wrong. Lines and columns from 1, columns in code points; the offset in bytes.
struct BraceError {
  std::size_t line = 1;
  std::size_t column = 1;
  std::size_t offset = 0;
  std::string problem;  // says what is wrong without the place

  bool operator==(const BraceError&) const = default;
};
// "line 3, column 7: …"
std::string to_text(const BraceError& error);

struct Literal {
  std::string_view text;
};
struct Reference {
  std::string_view name;
};
// Pieces view into the text that was parsed.
using Piece = std::variant<Literal, Reference>;

struct Parsed {
  std::vector<Piece> pieces;
  std::vector<BraceError> errors;  // all of them, at most kBraceErrors; always empty when lenient
};
inline constexpr std::size_t kBraceErrors = 20;

// Never fails: what is malformed becomes a Literal, and an error when strict.
Parsed parse_template(std::string_view text, Syntax syntax);

bool is_variable_name(std::string_view name);

// The names that the body's templates refer to, each once, in the order of their first use. Placeholders are not among
// them.
std::vector<std::string> variable_names(const Body& body, Syntax syntax);
// The names of a chat's placeholders, each once, in order.
std::vector<std::string> placeholder_names(const Body& body);

}  // namespace ledger::prompt
