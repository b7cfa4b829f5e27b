#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands/proposal.hpp"
#include "http/cursor.hpp"

namespace ledger::http {

// What a client holds of a command whose outcome is open: the topic, partition, partition key and command key that an inquiry needs. Sealed
// like a cursor, for its workspace alone, so that nobody asks about the commands of others.
std::string to_command_token(const Inquiry& inquiry, std::string_view workspace, const Cursors& cursors);
// Nothing for what to_command_token has not made for this workspace.
std::optional<Inquiry> parse_command_token(std::string_view token, std::string_view workspace, const Cursors& cursors);

}  // namespace ledger::http
