#include "infra/crypto/aes_gcm.hpp"

#include <openssl/evp.h>

#include <limits>
#include <memory>
#include <stdexcept>

namespace ledger::crypto {
namespace {

struct Free {
  void operator()(EVP_CIPHER* cipher) const noexcept { EVP_CIPHER_free(cipher); }
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, Free>;

// Fetched once, as the digest is.
const EVP_CIPHER* algorithm() {
  static const std::unique_ptr<EVP_CIPHER, Free> cipher{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  if (!cipher) throw std::runtime_error("OpenSSL has no AES-256-GCM");
  return cipher.get();
}

unsigned char* raw(char* bytes) { return reinterpret_cast<unsigned char*>(bytes); }
const unsigned char* raw(const char* bytes) { return reinterpret_cast<const unsigned char*>(bytes); }

int length_of(std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) throw std::length_error("too long for one encryption");
  return static_cast<int>(bytes.size());
}

void must(int worked) {
  if (worked != 1) throw std::runtime_error("AES-256-GCM failed");
}

// A context of its own for each text: the expanded key is wiped with it.
Context context_for(const SecretKey& key, std::string_view nonce, int encrypting) {
  if (nonce.size() != kNonceBytes) throw std::logic_error("a nonce has 96 bits");
  Context context{EVP_CIPHER_CTX_new()};
  must(context ? 1 : 0);
  must(EVP_CipherInit_ex2(context.get(), algorithm(), raw(key.bytes().data()), raw(nonce.data()), encrypting, nullptr));
  return context;
}

// Authenticates the context, and turns the input into `out`, which has room for as many bytes.
void run(EVP_CIPHER_CTX* cipher, std::string_view context, std::string_view in, char* out) {
  int done = 0;
  must(EVP_CipherUpdate(cipher, nullptr, &done, raw(context.data()), length_of(context)));
  if (!in.empty()) must(EVP_CipherUpdate(cipher, raw(out), &done, raw(in.data()), length_of(in)));
}

}  // namespace

std::string encrypt(const SecretKey& key, std::string_view nonce, std::string_view context, std::string_view text) {
  const Context cipher = context_for(key, nonce, 1);
  std::string encrypted(text.size() + kTagBytes, '\0');
  run(cipher.get(), context, text, encrypted.data());
  char* const tag = encrypted.data() + text.size();
  int none = 0;
  must(EVP_CipherFinal_ex(cipher.get(), raw(tag), &none));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(kTagBytes), tag));
  return encrypted;
}

std::optional<std::string> decrypt(const SecretKey& key, std::string_view nonce, std::string_view context, std::string_view encrypted) {
  if (nonce.size() != kNonceBytes || encrypted.size() < kTagBytes) return std::nullopt;
  const std::string_view within = encrypted.substr(0, encrypted.size() - kTagBytes);
  std::string tag{encrypted.substr(within.size())};
  const Context cipher = context_for(key, nonce, 0);
  std::string text(within.size(), '\0');
  run(cipher.get(), context, within, text.data());
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(kTagBytes), tag.data()));
  int none = 0;
  if (EVP_CipherFinal_ex(cipher.get(), raw(tag.data()), &none) == 1) return text;
  wipe(text.data(), text.size());
  return std::nullopt;
}

}  // namespace ledger::crypto
