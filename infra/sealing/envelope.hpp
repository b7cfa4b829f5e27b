#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ledger::sealing {

// The `data` of a sealed text: which key opens it, and what that key opens. As text the key's id (a UUID, 36 characters) and then the bytes
// in base64url.
struct Envelope {
  std::string key_id;
  std::string sealed;                  // nonce, ciphertext, tag

  bool operator==(const Envelope&) const = default;
};

std::string to_text(const Envelope& envelope);
// Nothing for what to_text never makes.
std::optional<Envelope> parse_envelope(std::string_view text);

}  // namespace ledger::sealing
