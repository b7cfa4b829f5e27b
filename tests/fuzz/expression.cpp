#include "domain/replay/expression.hpp"

#include "domain/json.hpp"
#include "domain/json_text.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is an expression, and a state on the lines behind it.
void expression(std::string_view input) {
  const std::string_view text = take_until(input, '\n');
  const auto read = replay::Expression::parse(text);
  if (!read) {
    expect(read.error().offset <= text.size() && !read.error().problem.empty(), "a fault has a place and a sentence");
    return;
  }
  const auto state = parse_json_text(input);
  if (!state) return;
  const auto document = nlohmann::json::parse(state->text);
  const auto once = read->holds_in(document), again = read->holds_in(document);
  expect(once.has_value() == again.has_value() && (!once || *once == *again), "the same question has the same answer");
}

}  // namespace ledger::fuzz
