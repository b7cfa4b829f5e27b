#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace ledger::http {

inline constexpr int kMaxJsonDepth = 64;

// Reads RFC 8259 JSON from outside, strictly: one value, UTF-8, at most kMaxJsonDepth levels, no name twice in an object, no NUL
// characters (text columns cannot hold them), no number that would have to be rounded away to something else (integers beyond 64 bits,
// overflow). The error is a sentence with line and column, both from 1, columns in bytes.
Result<nlohmann::json, std::string> read_json(std::string_view text);

}  // namespace ledger::http
