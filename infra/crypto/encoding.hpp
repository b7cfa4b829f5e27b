#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ledger::crypto {

// RFC 4648: base64url without padding, and base64 with it. Reading is strict: one text per value, so nothing for characters outside
// of the alphabet, for impossible lengths, and for bits set beyond the last byte.
std::string to_base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

// Lower case; either case is read.
std::string to_hex(std::string_view bytes);
std::optional<std::string> from_hex(std::string_view text);

}  // namespace ledger::crypto
