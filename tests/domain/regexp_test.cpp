#include <doctest/doctest.h>

#include <string>

#include "domain/json_path/regexp.hpp"
#include "domain/json_path/unicode_category.hpp"

using namespace ledger::json_path;

namespace {

constexpr std::size_t kEnough = 1'000'000;

bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = Regexp::compile(pattern);
  REQUIRE(compiled.has_value());
  std::size_t steps = kEnough;
  return compiled->matches(text, steps).value();
}

bool finds(std::string_view pattern, std::string_view text) {
  std::size_t steps = kEnough;
  return Regexp::compile(pattern).value().finds(text, steps).value();
}

}  // namespace

TEST_CASE("patterns of I-Regexp match whole texts") {
  struct Case {
    const char *pattern, *text;
    bool whole;
  };
  const Case cases[] = {
      {"", "", true},          {"", "a", false},           {"abc", "abc", true},     {"abc", "abcd", false},   {"a|bc|", "bc", true},
      {"a|bc|", "", true},     {"a*", "aaaa", true},       {"a+", "", false},        {"a?b", "b", true},       {"a{2}", "aa", true},
      {"a{2}", "aaa", false},  {"a{2,}", "aaaaa", true},   {"a{1,3}", "aaa", true},  {"a{1,3}", "aaaa", false}, {"a{0}", "", true},
      {"(ab)+c", "ababc", true}, {"((a*)*)*b", "aab", true}, {"[a-c]", "b", true},     {"[^a-c]", "b", false},   {"[^a-c]", "é", true},
      {"[-a]", "-", true},     {"[a-]", "-", true},        {"[\\-x]", "-", true},    {"[.*]", "x", false},     {"\\.", ".", true},
      {".", "€", true},        {".", "\n", false},         {".", "\r", false},       {"\\n", "\n", true},      {"^a$", "a", true},
      {"\\p{Lu}", "É", true},  {"\\p{Lu}", "é", false},    {"\\P{L}+", "12-", true}, {"[\\p{Nd}x]*", "1x٣", true}, {"\\p{So}", "😀", true},
  };
  for (const auto& each : cases) {
    CAPTURE(each.pattern);
    CAPTURE(each.text);
    CHECK(matches(each.pattern, each.text) == each.whole);
  }
}

TEST_CASE("a search finds a part") {
  CHECK(finds("b+", "abbc"));
  CHECK(finds("", "x"));
  CHECK(finds("c", "abc"));
  CHECK_FALSE(finds("ca", "abc"));
  CHECK(finds("^ab", "abc"));
  CHECK_FALSE(finds("^b", "abc"));
  CHECK(finds("c$|x", "abc"));
  CHECK_FALSE(finds("b$", "abc"));
  CHECK(finds("^$", ""));
  CHECK(finds("\\^[$]", "x^$"));
}

TEST_CASE("what is no I-Regexp is refused") {
  for (const char* pattern : {"*a", "a**", "(a", "a)", "[", "[]", "[b-a]", "[a", "a{", "a{1", "a{2,1}", "\\d", "\\", "\\p{Xx}", "\\p{Cs}", "\\pL", "{", "]", "[a--b]", "(?:a)", "\xff"}) {
    CAPTURE(pattern);
    CHECK_FALSE(Regexp::compile(pattern).has_value());
  }
}

TEST_CASE("patterns that grow without end are refused, and those that would go back for ever do not") {
  CHECK_FALSE(Regexp::compile("((((a{1000}){1000}){1000}){1000}){1000}").has_value());
  CHECK_FALSE(Regexp::compile("a{1001}").has_value());
  CHECK_FALSE(Regexp::compile(std::string(100, '(') + std::string(100, ')')).has_value());
  CHECK_FALSE(matches("(a|aa)+b", std::string(5'000, 'a')));
  CHECK_FALSE(matches("((a*)*)*b", std::string(5'000, 'a')));
  std::size_t steps = 1'000;
  CHECK_FALSE(Regexp::compile("a*").value().matches(std::string(5'000, 'a'), steps).has_value());
  CHECK(steps == 0);
}

TEST_CASE("a character's category") {
  CHECK(unicode_category(U'A') == unicode_categories("Lu"));
  CHECK(unicode_category(U'\0') == unicode_categories("Cc"));
  CHECK(unicode_category(U' ') == unicode_categories("Zs"));
  CHECK(unicode_category(0x10FFFF) == unicode_categories("Cn"));
  CHECK((unicode_category(U'ǅ') & unicode_categories("L").value()) != 0);
}
