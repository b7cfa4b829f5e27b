#include <doctest/doctest.h>

#include "domain/json_text.hpp"
#include "domain/percent.hpp"
#include "domain/utf8.hpp"

using namespace ledger;
using namespace std::string_literals;

TEST_CASE("parts of tags keep only unreserved characters") {
  CHECK(percent_encode_part("a-Z0._~") == "a-Z0._~");
  CHECK(percent_encode_part("a/b c%é\n") == "a%2Fb%20c%25%C3%A9%0A");
  CHECK((percent_decode("a%2fb%2F") == "a/b/"));
  for (const char* broken : {"%", "%4", "%4g", "a%"}) {
    CAPTURE(broken);
    CHECK_FALSE(percent_decode(broken).has_value());
  }
}

TEST_CASE("header values stay printable ASCII and come back whole") {
  CHECK(percent_encode_header("api-key/0190") == "api-key/0190");
  CHECK(percent_encode_header("Jörg \"%\"") == "J%C3%B6rg%20%22%25%22");
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  CHECK((percent_decode(percent_encode_header(every_byte)) == every_byte));
  CHECK((percent_decode(percent_encode_part(every_byte)) == every_byte));
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  for (const char* good : {"", "abc", "é", "€", "😀", "\xF4\x8F\xBF\xBF"}) {
    CAPTURE(good);
    CHECK(is_utf8(good));
  }
  for (const char* bad : {"\x80", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xC3(", "\xE2\x82", "\xFF"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_utf8(bad));
  }
  CHECK(code_points("aé€😀") == 4);
}

TEST_CASE("equal JSON values are equal texts") {
  struct Case {
    const char* given;
    const char* canonical;
    JsonKind kind;
  };
  const Case cases[] = {
      {R"( { "b" : 1 , "a" : [ ] } )", R"({"a":[],"b":1})", JsonKind::object},
      {"[1, 2]", "[1,2]", JsonKind::array},
      {R"("\u00e9")", R"("é")", JsonKind::string},
      {"1.50", "1.5", JsonKind::number},
      {"1e2", "100.0", JsonKind::number},
      {"-7", "-7", JsonKind::integer},
      {"18446744073709551615", "18446744073709551615", JsonKind::integer},
      {"true", "true", JsonKind::boolean},
      {"null", "null", JsonKind::null},
  };
  for (const auto& c : cases) {
    CAPTURE(c.given);
    const auto value = parse_json_text(c.given);
    REQUIRE(value.has_value());
    CHECK(value->text == c.canonical);
    CHECK((kind(*value) == c.kind));
    CHECK((parse_json_text(value->text) == *value));
  }
}

TEST_CASE("JSON that cannot be stored is refused with the reason") {
  struct Case {
    std::string given;
    const char* words;
  };
  const Case cases[] = {
      {"", "not JSON"},
      {"{", "not JSON"},
      {"{} {}", "not JSON"},
      {R"({"a":1,"a":2})", "given twice"},
      {R"([{"x":{"a":1,"a":2}}])", "given twice"},
      {R"("\u0000")", "U+0000"},
      {R"({"\u0000":1})", "U+0000"},
      {"18446744073709551616", "64 bits"},
      {"1e999", "too large"},
      {std::string(65, '[') + std::string(65, ']'), "64 levels"},
      {std::string(200'000, '['), "64 levels"},
      {"\"\xC3\"", "not JSON"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.given.substr(0, 40));
    const auto value = parse_json_text(c.given);
    REQUIRE_FALSE(value.has_value());
    CHECK(value.error().find(c.words) != std::string::npos);
  }
  CHECK(parse_json_text(std::string(64, '[') + std::string(64, ']')).has_value());
  CHECK(parse_json_text(R"([{"a":1},{"a":1}])").has_value());
}

TEST_CASE("strings lose their quotes, other values are their text") {
  CHECK(plain_text(json_string("a \"b\"\n")) == "a \"b\"\n");
  CHECK(plain_text({"1.5"}) == "1.5");
  CHECK(plain_text({R"({"a":[1]})"}) == R"({"a":[1]})");
  CHECK(plain_text(json_boolean(true)) == "true");
}
