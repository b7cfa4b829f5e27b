#include "domain/prompt/render.hpp"
#include "domain/prompt/template.hpp"
#include "domain/utf8.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

using namespace prompt;

// The pieces one behind the other, a reference as `show` has it.
template <class Show>
std::string joined(const std::vector<Piece>& pieces, Show show) {
  std::string text;
  for (const auto& piece : pieces) {
    text += std::visit(Overloaded{[](const Literal& literal) { return std::string(literal.text); },
                                  [&](const Reference& reference) { return show(reference.name); }},
                       piece);
  }
  return text;
}

std::string in_braces(std::string_view name) { return "{{" + std::string(name) + "}}"; }

// What goes in for a name, with braces in it: it must not be read as a template again.
std::string value_of(std::string_view name) { return "<" + in_braces(name) + " {{x>"; }

void round_trip(std::string_view text, const Parsed& parsed, Syntax syntax) {
  const std::string again_text = joined(parsed.pieces, in_braces);
  expect(again_text.size() <= text.size(), "only the spaces in braces go");
  const Parsed again = parse_template(again_text, syntax);
  expect(joined(again.pieces, in_braces) == again_text && again.pieces.size() == parsed.pieces.size(),
         "a template survives being written");
}

void places_are_real(std::string_view text, const Parsed& parsed) {
  for (const auto& error : parsed.errors) {
    expect(error.offset < text.size() && text.substr(error.offset).starts_with("{{"), "an error is where braces are");
    expect(error.line >= 1 && error.column >= 1 && !error.problem.empty(), "an error has a place and a sentence");
  }
  expect(parsed.errors.size() <= kBraceErrors, "errors are not without end");
}

void rendering_fills_in(std::string_view text, const Parsed& parsed, Syntax syntax) {
  Content content{.body = Text{std::string(text)}, .variables = {}, .config = {}, .syntax = syntax};
  Values values;
  for (const auto& name : variable_names(content.body, syntax)) {
    expect(is_variable_name(name), "a reference has a name");
    content.variables.push_back({.name = name,
                                 .type = VariableType::string,
                                 .required = true,
                                 .default_value = {},
                                 .options = {},
                                 .description = {}});
    values.emplace(name, json_string(value_of(name)));
  }
  const auto rendered = render(content, values);
  expect(rendered && std::get<std::string>(*rendered) == joined(parsed.pieces, value_of),
         "rendering fills in, and nothing else");
  const auto bare = render(content, {});
  expect(bare.has_value() == content.variables.empty(), "a missing variable is told");
  if (!bare) expect(bare.error().size() == content.variables.size(), "all missing variables are told");
}

}  // namespace

void template_text(std::string_view input) {
  if (!is_utf8(input)) return;  // refused before a template is read
  const Parsed strict = parse_template(input, Syntax::strict);
  const Parsed lenient = parse_template(input, Syntax::lenient);
  expect(lenient.errors.empty(), "a lenient reader finds no errors");
  expect(joined(strict.pieces, in_braces) == joined(lenient.pieces, in_braces), "both read the same pieces");
  places_are_real(input, strict);
  round_trip(input, lenient, Syntax::lenient);
  rendering_fills_in(input, lenient, Syntax::lenient);
}

}  // namespace ledger::fuzz
