#include "domain/json_path/regexp.hpp"

#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a pattern, and a text on the lines behind it.
void regexp(std::string_view input) {
  const std::string_view pattern = take_until(input, '\n');
  const auto compiled = json_path::Regexp::compile(pattern);
  if (!compiled) {
    expect(compiled.error().offset <= pattern.size() && !compiled.error().problem.empty(), "a fault has a place and a sentence");
    return;
  }
  std::size_t steps = 200'000;
  const auto whole = compiled->matches(input, steps);
  const auto part = compiled->finds(input, steps);
  if (whole && part) expect(*part || !*whole, "what matches the whole text is found in it");
  if (!whole || !part) expect(steps == 0, "only the bound keeps an answer back");
}

}  // namespace ledger::fuzz
