#include "http/command_token.hpp"

#include "http/text.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is what an inquiry is made of: topic, partition, partition key and command key, a line each; and it is a
// token itself.
void command_token(std::string_view input) {
  static const http::Cursors cursors("a secret");
  expect(!http::parse_command_token(input, "w1", cursors), "nobody makes up a token");

  Inquiry inquiry;
  std::string_view rest = input;
  inquiry.partition.topic = take_until(rest, '\n');
  const auto number = http::to_integer(take_until(rest, '\n'));
  inquiry.partition.number = number && *number >= 0 && *number <= 1'000'000 ? static_cast<std::int32_t>(*number) : 0;
  inquiry.partition_key = take_until(rest, '\n');
  inquiry.command_id = take_until(rest, '\n');

  const std::string token = http::to_command_token(inquiry, "w1", cursors);
  const auto back = http::parse_command_token(token, "w1", cursors);
  expect(back && back->partition == inquiry.partition && back->partition_key == inquiry.partition_key &&
             back->command_id == inquiry.command_id,
         "an inquiry survives its token");
  expect(!http::parse_command_token(token, "w2", cursors), "another workspace cannot use it");
}

}  // namespace ledger::fuzz
