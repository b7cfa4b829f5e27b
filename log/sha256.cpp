#include "log/sha256.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace ledger::log {
namespace {

// A record's canonical form is some hundred pieces of a few bytes each: they are gathered, for OpenSSL takes as long over a call as over a block.
struct Context {
  EVP_MD_CTX* evp = EVP_MD_CTX_new();
  std::array<char, 4096> gathered{};
  std::size_t size = 0;
  ~Context() { EVP_MD_CTX_free(evp); }
};

// OpenSSL 3.0 looks algorithms up slowly, so the digest is fetched once.
const EVP_MD* digest() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return md;
}

void require(int ok) {
  if (ok != 1) throw std::runtime_error("OpenSSL could not compute a SHA-256");
}

Context& lent(void* context) { return *static_cast<Context*>(context); }

void flush(Context& context) {
  if (context.size > 0) require(EVP_DigestUpdate(context.evp, context.gathered.data(), context.size));
  context.size = 0;
}

}  // namespace

Sha256::Sha256() {
  thread_local Context context;
  context.size = 0;
  context_ = &context;
  require(EVP_DigestInit_ex2(context.evp, digest(), nullptr));
}

Sha256::~Sha256() = default;

Sha256& Sha256::bytes(std::string_view data) {
  Context& context = lent(context_);
  if (data.size() > context.gathered.size() - context.size) flush(context);
  if (data.size() > context.gathered.size()) {
    require(EVP_DigestUpdate(context.evp, data.data(), data.size()));
  } else {
    std::ranges::copy(data, context.gathered.data() + context.size);
    context.size += data.size();
  }
  return *this;
}

Sha256& Sha256::bytes(const Hash& data) { return bytes({reinterpret_cast<const char*>(data.data()), data.size()}); }

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
  flush(lent(context_));
  require(EVP_DigestFinal_ex(lent(context_).evp, hash.data(), nullptr));
  return hash;
}

}  // namespace ledger::log
