#include "infra/crypto/sealed_text.hpp"

#include <stdexcept>

#include "infra/crypto/aes_gcm.hpp"
#include "infra/crypto/digest.hpp"

namespace ledger::crypto {
namespace {

SecretKey derived(const SecretKey& key, std::string_view use) {
  const auto made = SecretKey::of(as_text(hmac_sha256(key.bytes(), use)));
  if (!made) throw std::logic_error("a digest is as long as a key");
  return *made;
}

SecretKey cipher_key(const SecretKey& key) { return derived(key, "promptledger/sealed-text/1/cipher"); }

// By a key of its own, so that nothing is learnt of one use from the other.
std::string nonce_of(const SecretKey& key, std::string_view context, std::string_view text) {
  const Sha256 digests[] = {sha256(context), sha256(text)};
  const Sha256 mac = hmac_sha256(derived(key, "promptledger/sealed-text/1/nonce").bytes(),
                                 std::string{as_text(digests[0])}.append(as_text(digests[1])));
  return std::string{as_text(mac).substr(0, kNonceBytes)};
}

}  // namespace

std::string seal_text(const SecretKey& key, std::string_view context, std::string_view text) {
  const std::string nonce = nonce_of(key, context, text);
  return nonce + encrypt(cipher_key(key), nonce, context, text);
}

std::optional<std::string> open_text(const SecretKey& key, std::string_view context, std::string_view sealed) {
  if (sealed.size() < kNonceBytes + kTagBytes) return std::nullopt;
  return decrypt(cipher_key(key), sealed.substr(0, kNonceBytes), context, sealed.substr(kNonceBytes));
}

}  // namespace ledger::crypto
