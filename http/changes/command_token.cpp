#include "http/changes/command_token.hpp"

#include "http/reading/text.hpp"

namespace ledger::http {
namespace {

std::string scope(std::string_view workspace) { return "command\n" + std::string(workspace); }

}  // namespace

std::string to_command_token(const CommandToken& token, std::string_view workspace, const Cursors& cursors) {
  const Inquiry& asked = token.asked;
  // None of the parts can hold a line break: a topic's name, a number, a key of ours, base64url, and a number.
  std::string payload = asked.partition.topic + '\n' + std::to_string(asked.partition.number) + '\n' + asked.partition_key + '\n' + asked.command_id;
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(token.absent_from.time_since_epoch()).count();
  if (ms > 0) payload += '\n' + std::to_string(ms);
  return cursors.make(scope(workspace), payload);
}

std::optional<CommandToken> parse_command_token(std::string_view text, std::string_view workspace, const Cursors& cursors) {
  const auto payload = cursors.read(scope(workspace), text);
  if (!payload) return std::nullopt;
  const auto parts = lines_of<5>(*payload);
  const auto number = to_integer(parts[1]);
  if (!number) return std::nullopt;
  const std::chrono::milliseconds ms(to_integer(parts[4]).value_or(0));
  return CommandToken{{{std::string(parts[0]), static_cast<std::int32_t>(*number)}, std::string(parts[2]), std::string(parts[3])}, std::chrono::system_clock::time_point(ms)};
}

}  // namespace ledger::http
