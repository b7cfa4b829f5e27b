#include "http/reading/json_reader.hpp"

#include "domain/json.hpp"
#include "domain/json_text.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

namespace {

double read_json_number(const std::string& written) {
  const auto read = http::read_json(written);
  return read ? read->value.get<double>() : 0;
}

}  // namespace

void http_json(std::string_view input) {
  const auto value = http::read_json(input);
  if (!value) {
    expect(value.error().starts_with("Line "), "what is no JSON is told with its place");
    return;
  }
  const std::string text = value->value.dump();
  const auto again = http::read_json(text);
  expect(again && again->value == value->value, "a value survives being written");
  for (const auto& [place, written] : value->digits) {
    expect(place->is_number_float() && read_json_number(written) == place->get<double>(), "digits stand beside the number that they are of");
  }
  const auto stored = parse_json_text(input);
  expect(stored && stored->text == text, "the domain can keep what the API takes");
}

}  // namespace ledger::fuzz
