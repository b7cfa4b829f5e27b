#include "domain/prompt/template.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace ledger::prompt;

namespace {

using Names = std::vector<std::string>;

Names names_in(std::string text, Syntax syntax = Syntax::strict) {
  return variable_names(Text{std::move(text)}, syntax);
}

// The pieces, written so that literals and references can be told apart: text<name>text.
std::string pieces_of(std::string_view text, Syntax syntax) {
  std::string out;
  for (const auto& piece : parse_template(text, syntax).pieces) {
    if (const auto* literal = std::get_if<Literal>(&piece)) {
      out += literal->text;
    } else {
      out += "<" + std::string{std::get<Reference>(piece).name} + ">";
    }
  }
  return out;
}

}  // namespace

TEST_CASE("names in double braces are variables, each once, in the order of first use") {
  CHECK((names_in("{{b}} {{ a }} {{b}} {{  _x.y-1  }}") == Names{"b", "a", "_x.y-1"}));
  CHECK(pieces_of("Hello {{ who }}, {{a}}{{b}}!", Syntax::strict) == "Hello <who>, <a><b>!");
  const Body chat = Chat{{Message{"system", "{{b}} {{c}}"}, Placeholder{"history"}, Message{"user", "{{a}} {{b}}"},
                          Placeholder{"history"}}};
  CHECK((variable_names(chat, Syntax::strict) == Names{"b", "c", "a"}));
  CHECK((placeholder_names(chat) == Names{"history"}));
}

TEST_CASE("everything else is text") {
  for (const char* text :
       {"", "plain", "{one}", "${dollar}", "a }} b", "{ {x} }", "{", "}", "f() { return {a: 1}; }", "{%if%}"}) {
    CAPTURE(text);
    CHECK(pieces_of(text, Syntax::strict) == text);
    CHECK(parse_template(text, Syntax::strict).errors.empty());
  }
}

TEST_CASE("malformed braces are told with their place, and stay text when lenient") {
  struct Case {
    const char* text;
    BraceError error;
  };
  const char* const kBadName =
      "the name in {{ }} must begin with a letter or _ and go on with letters, digits and _ . -";
  const Case cases[] = {
      {"{{", {1, 1, 0, "{{ is never closed by }}"}},
      {"abc {{who", {1, 5, 4, "{{ is never closed by }}"}},
      {"a\n\n  {{ }}", {3, 3, 5, "{{ }} has no name in it"}},
      {"{{}}", {1, 1, 0, "{{ }} has no name in it"}},
      {"é😀{{1x}}", {1, 3, 6, kBadName}},
      {"{{a b}}", {1, 1, 0, kBadName}},
      {"{{#if x}}", {1, 1, 0, kBadName}},
      {"{{{x}}}", {1, 1, 0, kBadName}},
      {"{{a\n}}", {1, 1, 0, kBadName}},
      {"{{é}}", {1, 1, 0, kBadName}},
      {"{{a {{b}}", {1, 1, 0, "{{ is opened again before it is closed by }}"}},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const Parsed strict = parse_template(c.text, Syntax::strict);
    REQUIRE(strict.errors.size() == 1);
    CHECK(to_text(strict.errors[0]) == to_text(c.error));
    CHECK(strict.errors[0].offset == c.error.offset);
    CHECK(parse_template(c.text, Syntax::lenient).errors.empty());
  }
  CHECK(to_text(cases[2].error) == "line 3, column 3: {{ }} has no name in it");
}

TEST_CASE("a lenient template still has its well-formed variables") {
  CHECK(pieces_of("{{code here}} {{name}} {{a {{b}} {{", Syntax::lenient) == "{{code here}} <name> {{a <b> {{");
  CHECK((names_in("{{code here}} {{name}} {{a {{b}} {{", Syntax::lenient) == Names{"name", "b"}));
}

TEST_CASE("all places are told, up to a bound") {
  CHECK(parse_template("{{}} x {{1}}\n{{", Syntax::strict).errors.size() == 3);
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "{{}}";
  CHECK(parse_template(many, Syntax::strict).errors.size() == kBraceErrors);
}

TEST_CASE("a megabyte of nothing but braces is read in time that grows with its length") {
  for (const std::string unit : {"{", "{{ ", "{{a}", "{{}}", "}}", "{{a}}"}) {
    CAPTURE(unit);
    std::string text;
    while (text.size() < 1024 * 1024) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    const auto strict = parse_template(text, Syntax::strict);
    CHECK(names_in(text, Syntax::lenient).size() <= 1);
    // Quadratic would take minutes; linear takes milliseconds, also under a sanitizer.
    CHECK((std::chrono::steady_clock::now() - begin < std::chrono::seconds{20}));
    CHECK(strict.errors.size() <= kBraceErrors);
  }
}
