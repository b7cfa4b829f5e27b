#include <doctest/doctest.h>

#include "domain/json.hpp"
#include "domain/replay/expression.hpp"

using namespace ledger;
using nlohmann::json;
using replay::Expression;

namespace {

const json kState = json::parse(R"({
  "status": "published",
  "version": 3,
  "rating": 4.5,
  "tags": ["a", "b"],
  "labels": {"production": {"version": 3}, "staging": {"version": 2}},
  "versions": [{"template": "Hello"}, {"template": "Answer in JSON"}],
  "deleted_at": null,
  "archived": false,
  "a/b": {"m~n": 0},
  "a b": "blank"
})");

bool holds(std::string_view text) {
  const auto read = Expression::parse(text);
  REQUIRE(read.has_value());
  const auto answer = read->holds_in(kState);
  REQUIRE(answer.has_value());
  return *answer;
}

}  // namespace

TEST_CASE("questions to a state") {
  struct Case {
    const char* expression;
    bool yes;
  };
  const Case cases[] = {
      {R"(/status == "published")", true},
      {R"(/status=="published")", false},   // a pointer ends at a blank: this is the member status=="published"
      {R"(/status != "draft")", true},
      {R"(/status != "published")", false},
      {"/version >= 3", true},
      {"/version > 3", false},
      {"/version<=3", false},
      {"/version <= 3.0", true},
      {"/rating < 5", true},
      {R"(/rating < "5")", false},
      {"$.labels.production.version >= 3", true},
      {"$.labels.production.version>=3", true},
      {"$.labels.*.version == 2", true},
      {"$.labels.*.version != 2", true},
      {R"($..template contains "JSON")", true},
      {R"($..template contains "XML")", false},
      {R"(/tags contains "b")", true},
      {R"(/tags contains "c")", false},
      {R"(/labels contains "staging")", true},
      {"/tags/1", true},
      {"/tags/01", false},
      {"/tags/2", false},
      {"/tags/-", false},
      {R"(/tags == ["a","b"])", true},
      {"/deleted_at", false},
      {"/deleted_at == null", true},
      {"/archived", false},
      {"/a~1b/m~0n == 0", true},
      {"/a~1b/m~0n", true},
      {"$['a b']", true},
      {"/missing", false},
      {R"(/missing != "x")", false},
      {"$[?search(@, 'publi')]", true},
      {"$.versions[?search(@.template, 'J[A-Z]+')].template == \"Answer in JSON\"", true},
      {"", true},
      {"$", true},
  };
  for (const auto& each : cases) {
    CAPTURE(each.expression);
    CHECK(holds(each.expression) == each.yes);
  }
}

TEST_CASE("what is wrong with an expression is told with its place") {
  struct Case {
    const char* expression;
    std::size_t offset;
    const char* problem;
  };
  const Case cases[] = {
      {"status == 1", 0, "begins with $"},
      {"/a~2", 2, "~0"},
      {"/status = 1", 8, "a comparison is wanted"},
      {"/status == published", 11, "double quotes"},
      {"/status ==", 10, "a JSON value"},
      {"$.a[ == 1", 5, "a selector is wanted"},
      {"$.a == 1 2", 7, "not JSON"},
  };
  for (const auto& each : cases) {
    CAPTURE(each.expression);
    const auto read = Expression::parse(each.expression);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().offset == each.offset);
    CAPTURE(read.error().problem);
    CHECK(read.error().problem.find(each.problem) != std::string::npos);
  }
}

TEST_CASE("a question that would take for ever is answered by a sentence") {
  json wide = json::array();
  for (int i = 0; i < 2'000; ++i) wide.push_back(i);
  CHECK_FALSE(Expression::parse("$[?count($[?@ == 1]) == 1]").value().holds_in(wide).has_value());
}
