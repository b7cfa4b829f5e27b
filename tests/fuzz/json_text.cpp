#include "domain/json_text.hpp"

#include "domain/utf8.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

void json_text(std::string_view input) {
  if (is_utf8(input)) expect(plain_text(json_string(input)) == input, "a text survives as a JSON string");

  const auto value = parse_json_text(input);
  if (!value) {
    expect(!value.error().empty(), "what is no JSON is told why");
    return;
  }
  expect(is_utf8(value->text), "canonical text is UTF-8");
  const auto again = parse_json_text(value->text);
  expect(again && *again == *value, "canonical text is its own canonical text");
  expect(kind(*value) != JsonKind::string || is_utf8(plain_text(*value)), "a string's characters are UTF-8");
}

}  // namespace ledger::fuzz
