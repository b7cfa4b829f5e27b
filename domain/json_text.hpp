#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"

namespace ledger {

// A JSON value as canonical text: no spaces, members sorted by name, so that equal values are equal texts. Opaque to
// the domain, which stores and compares it; who needs its inside parses it.
struct JsonText {
  std::string text = "null";

  bool operator==(const JsonText&) const = default;
};

// An integer is a number without fraction or exponent; it counts as a number wherever a number is wanted.
enum class JsonKind : std::uint8_t { null, boolean, integer, number, string, array, object };
std::string_view to_text(JsonKind kind);

// The kind of a canonical text, told by how it begins.
JsonKind kind(const JsonText& json);

inline constexpr int kJsonDepth = 64;  // arrays and objects within each other

// Reads one JSON value and writes it canonically. The sentence says what is wrong: not JSON, not UTF-8, nested deeper
// than kJsonDepth, a member given twice, an integer beyond 64 bits or a number beyond double, or U+0000 in a string
// (PostgreSQL cannot hold it).
Result<JsonText, std::string> parse_json_text(std::string_view text);

// True when arrays and objects stand within each other more than `levels` deep. Looks at nothing else: for texts that
// are to be parsed by what would take any depth and then overflow the stack.
bool nests_deeper_than(std::string_view json, int levels);
// What an event may have: a value of kJsonDepth, inside of what our own events put around it.
inline constexpr int kEventDepth = kJsonDepth + 16;

JsonText json_string(std::string_view utf8);
JsonText json_boolean(bool value);
// The characters of a JSON string; what was given for every other kind is its text.
std::string plain_text(const JsonText& json);

}  // namespace ledger
