#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// Ed25519 (RFC 8032) by OpenSSL. Any thread. std::runtime_error means that OpenSSL itself failed.
namespace ledger::crypto {

inline constexpr std::size_t kSignatureBytes = 64;

using PublicKey = std::array<std::uint8_t, 32>;              // as RFC 8032 encodes it

// A public key as people pass it on: base64 of its 32 bytes, 44 characters.
std::string to_text(const PublicKey& key);
std::optional<PublicKey> parse_public_key(std::string_view text);

bool verify_signature(const PublicKey& key, std::string_view signed_bytes, std::string_view signature);

// Signs, and shows its secret only to who writes it into a file.
class SigningKey {
 public:
  static SigningKey fresh();
  // PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519` writes it; nothing for anything else.
  static std::optional<SigningKey> of_pem(std::string_view pem);
  std::string pem() const;             // whoever asks wipes it

  PublicKey public_key() const;
  std::string sign(std::string_view bytes) const;            // 64 bytes

 private:
  explicit SigningKey(std::shared_ptr<void> key) : key_(std::move(key)) {}

  std::shared_ptr<void> key_;          // an EVP_PKEY, never changed; copies share it
};

}  // namespace ledger::crypto
