#include "domain/dump/lines.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

void dump_line(std::string_view input) {
  const auto line = dump::parse(input);
  if (!line) {
    expect(!line.error().empty(), "a refusal has a sentence");
    return;
  }
  const auto again = dump::parse(dump::to_text(*line));
  expect(again && *again == *line, "a line survives being written");
}

}  // namespace ledger::fuzz
