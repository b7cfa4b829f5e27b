#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "log/record.hpp"

namespace ledger::http {

// Positions as clients hold them: `1.` and the base64url of `prompts/3@1234,…`, by topic and partition, each once (docs/log-format.md).
// Topics are named without the ledger's prefix, so that a token outlives a change of it.
std::string to_position_token(std::span<const log::Position> positions, std::string_view topic_prefix);
// Nothing for anything that to_position_token would not have written.
std::optional<std::vector<log::Position>> parse_position_token(std::string_view token, std::string_view topic_prefix);

// One position in words, for problem details: prompts/3@1234.
std::string in_words(const log::Position& position, std::string_view topic_prefix);

}  // namespace ledger::http
