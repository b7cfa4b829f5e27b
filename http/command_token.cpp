#include "http/command_token.hpp"

#include <array>

#include "http/text.hpp"

namespace ledger::http {
namespace {

std::string scope(std::string_view workspace) { return "command\n" + std::string(workspace); }

}  // namespace

std::string to_command_token(const Inquiry& inquiry, std::string_view workspace, const Cursors& cursors) {
  // None of the four can hold a line break: a topic's name, a number, a key of ours, and base64url.
  return cursors.make(scope(workspace), inquiry.partition.topic + '\n' + std::to_string(inquiry.partition.number) + '\n' + inquiry.partition_key +
                                            '\n' + inquiry.command_id);
}

std::optional<Inquiry> parse_command_token(std::string_view token, std::string_view workspace, const Cursors& cursors) {
  const auto payload = cursors.read(scope(workspace), token);
  if (!payload) return std::nullopt;
  std::array<std::string_view, 4> parts;
  std::string_view rest = *payload;
  for (auto& part : parts) {
    const auto end = rest.find('\n');
    part = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  const auto number = to_integer(parts[1]);
  if (!number) return std::nullopt;
  return Inquiry{{std::string(parts[0]), static_cast<std::int32_t>(*number)}, std::string(parts[2]), std::string(parts[3])};
}

}  // namespace ledger::http
