#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace ledger::crypto {

using Sha256 = std::array<std::uint8_t, 32>;

// Any thread. Throw std::runtime_error only when OpenSSL itself fails, which means a broken installation.
Sha256 sha256(std::string_view bytes);
Sha256 hmac_sha256(std::string_view key, std::string_view bytes);

// Takes the same time wherever the two differ. Different lengths are unequal at once: a length is no secret here.
bool equal_in_constant_time(std::string_view a, std::string_view b);

inline std::string_view as_text(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace ledger::crypto
