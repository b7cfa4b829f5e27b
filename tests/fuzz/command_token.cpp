#include "http/changes/command_token.hpp"

#include "http/reading/text.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is what an inquiry is made of: topic, partition, partition key, command key and a time, a line each; and it
// is a token itself.
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

  const auto absent_ms = http::to_integer(take_until(rest, '\n'));
  const std::chrono::milliseconds ms(absent_ms && *absent_ms >= 0 && *absent_ms <= 4'000'000'000'000 ? *absent_ms : 0);
  const std::chrono::system_clock::time_point absent_from(ms);

  const std::string token = http::to_command_token({inquiry, absent_from}, "w1", cursors);
  const auto back = http::parse_command_token(token, "w1", cursors);
  expect(back && back->asked.partition == inquiry.partition && back->asked.partition_key == inquiry.partition_key &&
             back->asked.command_id == inquiry.command_id && back->absent_from == absent_from,
         "an inquiry survives its token");
  expect(!http::parse_command_token(token, "w2", cursors), "another workspace cannot use it");
}

}  // namespace ledger::fuzz
