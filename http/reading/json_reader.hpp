#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/json.hpp"
#include "domain/result.hpp"

namespace ledger::http {

inline constexpr int kMaxJsonDepth = 64;

// A JSON text as it was read. Moves, and is not copied.
struct JsonDocument {
  // Numbers with a fraction or an exponent as they were written, since a double may not keep their digits: by their places inside a value, which
  // stay when it is moved. A number that is the whole text has none.
  using Digits = std::unordered_map<const nlohmann::json*, std::string>;

  nlohmann::json value;
  Digits digits;

  explicit JsonDocument(nlohmann::json whole, Digits written = {}) : value(std::move(whole)), digits(std::move(written)) {}
  JsonDocument(JsonDocument&&) = default;
  JsonDocument& operator=(JsonDocument&&) = default;
};

// Reads RFC 8259 JSON from outside, strictly: one value, UTF-8, at most kMaxJsonDepth levels, no name twice in an object, no NUL
// characters (text columns cannot hold them), no number that would have to be rounded away to something else (integers beyond 64 bits,
// overflow). The error is a sentence with line and column, both from 1, columns in bytes.
Result<JsonDocument, std::string> read_json(std::string_view text);

}  // namespace ledger::http
