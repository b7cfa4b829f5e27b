#include "domain/prompt/render.hpp"

#include <doctest/doctest.h>

#include "domain/prompt/limits.hpp"
#include "tests/support/prompt_examples.hpp"

using namespace ledger;
using namespace ledger::prompt;
using examples::text_content;
using examples::variable;

namespace {

JsonText json(const char* text) { return *parse_json_text(text); }

std::string text_of(const Content& content, const Values& values) {
  const auto rendered = render(content, values);
  REQUIRE(rendered.has_value());
  return std::get<std::string>(*rendered);
}

}  // namespace

TEST_CASE("values are written by their type") {
  struct Case {
    VariableType type;
    const char* value;
    const char* text;
  };
  const Case cases[] = {
      {VariableType::string, R"("a \"b\"\nä {{x}}")", "a \"b\"\nä {{x}}"},
      {VariableType::number, "1.50", "1.5"},
      {VariableType::number, "3", "3"},
      {VariableType::integer, "-7", "-7"},
      {VariableType::boolean, "false", "false"},
      {VariableType::array, R"([1, "x", null])", R"([1,"x",null])"},
      {VariableType::object, R"({"b": 1, "a": {}})", R"({"a":{},"b":1})"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.value);
    CHECK(text_of(text_content("[{{ v }}]", {variable("v", c.type)}), {{"v", json(c.value)}}) ==
          "[" + std::string{c.text} + "]");
  }
}

TEST_CASE("a value of another type is refused") {
  struct Case {
    VariableType type;
    std::vector<const char*> values;
  };
  const Case cases[] = {
      {VariableType::string, {"1", "true", "null", "[]", "{}"}},
      {VariableType::number, {"\"1\"", "true", "null", "[]", "{}"}},
      {VariableType::integer, {"1.5", "1e2", "\"1\"", "null"}},
      {VariableType::boolean, {"0", "\"true\"", "null"}},
      {VariableType::array, {"{}", "\"[]\"", "null"}},
      {VariableType::object, {"[]", "\"{}\"", "null"}},
  };
  for (const auto& c : cases) {
    for (const char* value : c.values) {
      CAPTURE(to_text(c.type));
      CAPTURE(value);
      const auto rendered = render(text_content("{{v}}", {variable("v", c.type)}), {{"v", json(value)}});
      REQUIRE_FALSE(rendered.has_value());
      CHECK((rendered.error()[0].problem == RenderProblem::mistyped));
    }
  }
}

TEST_CASE("defaults stand in, optional variables may be left out") {
  Variable with_default = variable("n", VariableType::integer);
  with_default.default_value = JsonText{"3"};
  Variable optional = variable("o");
  optional.required = false;
  const Content content = text_content("n={{n}} o={{o}}", {with_default, optional});
  CHECK(text_of(content, {}) == "n=3 o=");
  CHECK(text_of(content, {{"n", {"4"}}, {"o", json_string("x")}}) == "n=4 o=x");
}

TEST_CASE("everything that is wrong is listed at once, unknown names last") {
  Variable choice = variable("tone");
  choice.options = {json_string("warm"), json_string("cool")};
  const Content content =
      text_content("{{a}}{{n}}{{tone}}", {variable("a"), variable("n", VariableType::number), choice});
  const auto rendered =
      render(content, {{"n", json_string("x")}, {"tone", json_string("hot")}, {"zzz", {"1"}}, {"", {"1"}}});
  REQUIRE_FALSE(rendered.has_value());
  const auto& errors = rendered.error();
  REQUIRE(errors.size() == 5);
  CHECK((errors[0] == RenderError{"a", RenderProblem::missing, "the variable \"a\" is required"}));
  CHECK((errors[1] == RenderError{"n", RenderProblem::mistyped, "the variable \"n\" is of type number, not string"}));
  CHECK((errors[2] ==
         RenderError{"tone", RenderProblem::not_an_option, "the variable \"tone\" must be one of \"warm\", \"cool\""}));
  CHECK((errors[3] == RenderError{"", RenderProblem::unknown, "the prompt has no variable \"\""}));
  CHECK((errors[4] == RenderError{"zzz", RenderProblem::unknown, "the prompt has no variable \"zzz\""}));
}

TEST_CASE("a chat is filled message by message, placeholders by the caller's messages") {
  Content content = text_content("", {variable("who")});
  content.body = Chat{{Message{"system", "You help {{who}}."}, Placeholder{"history"}, Message{"user", "Hi"}}};
  const Values values{{"who", json_string("Ann")}, {"history", json(R"([{"role":"user","content":"{{who}}?"}])")}};
  const auto rendered = render(content, values);
  REQUIRE(rendered.has_value());
  const std::vector<Message> want{{"system", "You help Ann."}, {"user", "{{who}}?"}, {"user", "Hi"}};
  CHECK((std::get<std::vector<Message>>(*rendered) == want));

  SUBCASE("which may be none") {
    CHECK(std::get<std::vector<Message>>(*render(content, {{"who", json_string("Ann")}, {"history", {"[]"}}})).size() ==
          2);
  }
  SUBCASE("which must be given") {
    const auto missing = render(content, {{"who", json_string("Ann")}});
    REQUIRE_FALSE(missing.has_value());
    CHECK((missing.error()[0].problem == RenderProblem::missing));
  }
  SUBCASE("which must be messages") {
    for (const char* wrong : {"{}", "\"x\"", "[1]", R"([{"role":"user"}])", R"([{"role":1,"content":"x"}])",
                              R"([{"role":"u","content":"x","z":1}])"}) {
      CAPTURE(wrong);
      const auto mistyped = render(content, {{"who", json_string("Ann")}, {"history", json(wrong)}});
      REQUIRE_FALSE(mistyped.has_value());
      CHECK((mistyped.error()[0].problem == RenderProblem::mistyped));
    }
  }
}

TEST_CASE("a lenient template keeps its malformed braces") {
  Content content = text_content("{{code here}} {{x}} {{", {variable("x")});
  content.syntax = Syntax::lenient;
  CHECK(text_of(content, {{"x", json_string("1")}}) == "{{code here}} 1 {{");
}

TEST_CASE("what a template grows to is bounded") {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "{{x}}";
  const auto rendered = render(text_content(text, {variable("x")}), {{"x", json_string(std::string(10'000, 'x'))}});
  REQUIRE_FALSE(rendered.has_value());
  CHECK((rendered.error()[0].problem == RenderProblem::too_large));
  CHECK(text_of(text_content(text, {variable("x")}), {{"x", json_string(std::string(8'000, 'x'))}}).size() <=
        limits::kRenderedBytes);
}

TEST_CASE("a query's text becomes a value of the declared type") {
  Content content = text_content("", {variable("s"), variable("n", VariableType::number),
                                      variable("i", VariableType::integer), variable("b", VariableType::boolean),
                                      variable("l", VariableType::array), variable("o", VariableType::object)});
  content.body = Chat{{Placeholder{"history"}}};
  struct Case {
    const char* name;
    const char* text;
    const char* value;
  };
  const Case cases[] = {
      {"s", "12", "\"12\""},
      {"s", "", "\"\""},
      {"n", "1.50", "1.5"},
      {"n", "2", "2"},
      {"n", "two", "\"two\""},
      {"i", "7", "7"},
      {"i", "7.5", "\"7.5\""},
      {"i", "", "\"\""},
      {"b", "true", "true"},
      {"b", "yes", "\"yes\""},
      {"l", "[1, 2]", "[1,2]"},
      {"l", "1,2", "\"1,2\""},
      {"o", "{\"a\": 1}", "{\"a\":1}"},
      {"history", "[]", "[]"},
      {"unknown", "1", "\"1\""},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CAPTURE(c.text);
    CHECK(value_from_text(content, c.name, c.text).text == c.value);
  }
}
