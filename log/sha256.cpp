#include "log/sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace ledger::log {
namespace {

struct Context {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(context); }
};

// OpenSSL 3.0 looks algorithms up slowly, so the digest is fetched once.
const EVP_MD* digest() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

void require(int ok) {
  if (ok != 1) throw std::runtime_error("OpenSSL could not compute a SHA-256");
}

EVP_MD_CTX* evp(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

Sha256::Sha256() {
  thread_local Context lent;
  context_ = lent.context;
  require(EVP_DigestInit_ex2(evp(context_), digest(), nullptr));
}

Sha256::~Sha256() = default;

Sha256& Sha256::bytes(std::string_view data) {
  require(EVP_DigestUpdate(evp(context_), data.data(), data.size()));
  return *this;
}

Sha256& Sha256::bytes(const Hash& data) {
  require(EVP_DigestUpdate(evp(context_), data.data(), data.size()));
  return *this;
}

Sha256& Sha256::u32(std::uint32_t number) {
  const char big[4] = {static_cast<char>(number >> 24U), static_cast<char>(number >> 16U), static_cast<char>(number >> 8U), static_cast<char>(number)};
  return bytes(std::string_view(big, sizeof big));
}

Sha256& Sha256::u64(std::uint64_t number) {
  return u32(static_cast<std::uint32_t>(number >> 32U)).u32(static_cast<std::uint32_t>(number));
}

Sha256& Sha256::lp(std::string_view text) {
  return u32(static_cast<std::uint32_t>(text.size())).bytes(text);
}

Hash Sha256::finish() {
  Hash hash{};
  require(EVP_DigestFinal_ex(evp(context_), hash.data(), nullptr));
  return hash;
}

}  // namespace ledger::log
