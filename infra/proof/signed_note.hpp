#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "infra/crypto/ed25519.hpp"

// Texts signed by one or more keys, as c2sp.org/signed-note says.
namespace ledger::proof {

inline constexpr std::size_t kLongestNote = 64 * 1024;       // bytes
inline constexpr std::size_t kMostSignatures = 64;

struct NoteSignature {
  std::string key_name;
  std::uint32_t key_id = 0;
  std::string signature;               // bytes, of whatever algorithm

  bool operator==(const NoteSignature&) const = default;
};

struct SignedNote {
  std::string text;                    // ends in a newline
  std::vector<NoteSignature> signatures;

  bool operator==(const SignedNote&) const = default;
};

// Nothing unless it is a note exactly: one spelling for each note, so what is read can be written again byte for byte.
std::optional<SignedNote> parse_note(std::string_view note);
std::string to_text(const SignedNote& note);

// Not empty, and without spaces and '+'.
bool is_key_name(std::string_view name);
// SHA-256(name ‖ 0A ‖ 01 ‖ key), of which the first four bytes.
std::uint32_t key_id_of(std::string_view key_name, const crypto::PublicKey& key);
// A key under its name, for other people's verifiers: `<name>+<key id in hex>+<base64 of 01 ‖ key>`.
std::string verifier_key(std::string_view key_name, const crypto::PublicKey& key);

NoteSignature sign(std::string_view text, std::string_view key_name, const crypto::SigningKey& key);
// Whether this key signed it under this name. Signatures of others are passed over; one of this key that does not verify spoils the note.
bool is_signed_by(const SignedNote& note, std::string_view key_name, const crypto::PublicKey& key);

}  // namespace ledger::proof
