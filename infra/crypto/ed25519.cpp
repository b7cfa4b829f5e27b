#include "infra/crypto/ed25519.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <stdexcept>

#include "infra/crypto/encoding.hpp"

namespace ledger::crypto {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;
using Memory = std::unique_ptr<BIO, Free>;

void require(bool worked) {
  if (!worked) throw std::runtime_error("OpenSSL could not do Ed25519");
}

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

Context new_context() {
  Context context{EVP_MD_CTX_new()};
  require(context != nullptr);
  return context;
}

EVP_PKEY* evp(const std::shared_ptr<void>& key) { return static_cast<EVP_PKEY*>(key.get()); }

std::shared_ptr<void> shared(Key key) { return {key.release(), [](void* held) { EVP_PKEY_free(static_cast<EVP_PKEY*>(held)); }}; }

// Nobody is asked for a password.
int no_password(char*, int, int, void*) { return -1; }

}  // namespace

std::string to_text(const PublicKey& key) { return to_base64({reinterpret_cast<const char*>(key.data()), key.size()}); }

std::optional<PublicKey> parse_public_key(std::string_view text) {
  const auto bytes = from_base64(text);
  PublicKey key{};
  if (!bytes || bytes->size() != key.size()) return std::nullopt;
  std::ranges::copy(*bytes, key.begin());
  return key;
}

bool verify_signature(const PublicKey& key, std::string_view signed_bytes, std::string_view signature) {
  if (signature.size() != kSignatureBytes) return false;
  const Key evp_key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.data(), key.size())};
  require(evp_key != nullptr);
  const Context context = new_context();
  require(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, evp_key.get()) == 1);
  return EVP_DigestVerify(context.get(), raw(signature), signature.size(), raw(signed_bytes), signed_bytes.size()) == 1;
}

SigningKey SigningKey::fresh() {
  Key key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  require(key != nullptr);
  return SigningKey{shared(std::move(key))};
}

std::optional<SigningKey> SigningKey::of_pem(std::string_view pem) {
  const Memory bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
  require(bio != nullptr);
  Key key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
  if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519) return std::nullopt;
  return SigningKey{shared(std::move(key))};
}

std::string SigningKey::pem() const {
  const Memory bio{BIO_new(BIO_s_secmem())};
  require(bio && PEM_write_bio_PKCS8PrivateKey(bio.get(), evp(key_), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  require(size > 0);
  return {text, static_cast<std::size_t>(size)};
}

PublicKey SigningKey::public_key() const {
  PublicKey key{};
  std::size_t size = key.size();
  require(EVP_PKEY_get_raw_public_key(evp(key_), key.data(), &size) == 1 && size == key.size());
  return key;
}

std::string SigningKey::sign(std::string_view bytes) const {
  const Context context = new_context();
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, evp(key_)) == 1 &&
          EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, raw(bytes), bytes.size()) == 1);
  return signature;
}

}  // namespace ledger::crypto
