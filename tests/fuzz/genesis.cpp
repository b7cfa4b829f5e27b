#include "log/link.hpp"

#include "log/link_reader.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a record's headers, lines `name: value`; and a ledger's name, by its first line.
void genesis(std::string_view input) {
  log::Record record;
  std::string_view rest = input;
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    const std::string name(take_until(line, ':'));
    if (line.starts_with(' ')) line.remove_prefix(1);
    record.headers.emplace_back(name, std::string(line));
  }
  const log::PartitionId partition{"promptledger.log.prompts", 3};
  log::LinkReader foreign(partition);
  const auto verdict = foreign.read({partition, 0, 0, record});
  expect(!std::holds_alternative<log::Counts>(verdict) || foreign.genesis() == log::read_genesis(record),
         "a chain begins with its genesis only");

  const log::Genesis ours{std::string(take_until(input, '\n')), partition, 8};
  const log::Record made = log::make_genesis(ours, "id", "writer", 1'767'323'045'000'006);
  expect(log::read_genesis(made) == ours, "a genesis survives its record");
  log::LinkReader reader(partition);
  expect(std::holds_alternative<log::Counts>(reader.read({partition, 0, 0, made})), "our genesis counts");
  log::LinkReader elsewhere({"promptledger.log.prompts", 4});
  expect(!std::holds_alternative<log::Counts>(elsewhere.read({elsewhere.partition(), 0, 0, made})),
         "a genesis counts in its own partition only");
}

}  // namespace ledger::fuzz
