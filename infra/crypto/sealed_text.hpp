#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "infra/crypto/secret_key.hpp"

namespace ledger::crypto {

// A text that only who has the key can read, and only in the context that it was sealed for: nonce, ciphertext and tag of AES-256-GCM, as bytes.
// The nonce is derived from key, context and text, so the same text in the same context is sealed the same way: who compares two sealed texts of
// one context learns whether they are equal, and nothing else but their length. Any thread.
std::string seal_text(const SecretKey& key, std::string_view context, std::string_view text);
// Nothing when the key or the context is another one, or a bit was changed.
std::optional<std::string> open_text(const SecretKey& key, std::string_view context, std::string_view sealed);

}  // namespace ledger::crypto
