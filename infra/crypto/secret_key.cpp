#include "infra/crypto/secret_key.hpp"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace ledger::crypto {

SecretKey SecretKey::fresh() {
  SecretKey key;
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(key.bytes_.data()), static_cast<int>(kBytes)) != 1) {
    throw std::runtime_error("no randomness from OpenSSL");
  }
  return key;
}

std::optional<SecretKey> SecretKey::of(std::string_view bytes) {
  if (bytes.size() != kBytes) return std::nullopt;
  SecretKey key;
  std::ranges::copy(bytes, key.bytes_.begin());
  return key;
}

SecretKey::~SecretKey() { wipe(bytes_.data(), bytes_.size()); }

void wipe(char* bytes, std::size_t count) { OPENSSL_cleanse(bytes, count); }

}  // namespace ledger::crypto
