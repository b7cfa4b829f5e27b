#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "infra/crypto/secret_key.hpp"

namespace ledger::crypto {

inline constexpr std::size_t kNonceBytes = 12;
inline constexpr std::size_t kTagBytes = 16;

// AES-256-GCM (NIST SP 800-38D) as it is: the ciphertext, and behind it the tag. `context` is authenticated, and not part of the result. Two
// different texts under one key and one nonce would give both away: sealed_text.hpp chooses nonces. Any thread.
std::string encrypt(const SecretKey& key, std::string_view nonce, std::string_view context, std::string_view text);
// Nothing unless key, nonce, context and every bit are those of `encrypt`.
std::optional<std::string> decrypt(const SecretKey& key, std::string_view nonce, std::string_view context, std::string_view encrypted);

}  // namespace ledger::crypto
