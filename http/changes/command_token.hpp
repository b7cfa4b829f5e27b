#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "commands/proposal.hpp"
#include "http/reading/cursor.hpp"

namespace ledger::http {

// What a client holds of a command whose outcome is open: the topic, partition, partition key and command key that an inquiry needs. Sealed
// like a cursor, for its workspace alone, so that nobody asks about the commands of others.
struct CommandToken {
  Inquiry asked;
  // Until then another node may still hold the command undecided, so that its absence says nothing. Whole milliseconds; usually long ago.
  std::chrono::system_clock::time_point absent_from{};
};
std::string to_command_token(const CommandToken& token, std::string_view workspace, const Cursors& cursors);
// Nothing for what to_command_token has not made for this workspace.
std::optional<CommandToken> parse_command_token(std::string_view text, std::string_view workspace, const Cursors& cursors);

}  // namespace ledger::http
