#include "domain/json.hpp"
#include "domain/json_path/parse.hpp"
#include "domain/json_path/select.hpp"
#include "domain/json_text.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a query, and a document on the lines behind it.
void json_path(std::string_view input) {
  const std::string_view text = take_until(input, '\n');
  const auto query = json_path::parse(text);
  if (!query) {
    expect(query.error().offset <= text.size() && !query.error().problem.empty(), "a fault has a place and a sentence");
    return;
  }
  const auto beginning = json_path::parse_beginning(text);
  expect(beginning && beginning->bytes == text.size(), "a query that is read whole is read whole as a beginning, too");

  const auto document_text = parse_json_text(input);
  if (!document_text) return;
  const auto document = nlohmann::json::parse(document_text->text);
  const auto selected = select(*query, document, {.steps = 50'000, .nodes = 1'000});
  if (!selected) return;  // a bound was met
  for (const auto& node : *selected) {
    const auto path = json_path::parse(json_path::normalized_path(node.location));
    expect(path.has_value(), "a normalized path is a query");
    const auto again = select(*path, document);
    expect(again && again->size() == 1 && again->front().value == node.value, "a normalized path selects its node alone");
    expect(&document.at(nlohmann::json::json_pointer(json_path::json_pointer(node.location))) == node.value, "a JSON Pointer names the same node");
  }
}

}  // namespace ledger::fuzz
