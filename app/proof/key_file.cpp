#include "app/proof/key_file.hpp"

#include <filesystem>
#include <stdexcept>

#include "app/secret_file.hpp"
#include "infra/crypto/secret_key.hpp"
#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

constexpr const char* kWhat = "the checkpoint key";

void make(const std::string& file) {
  const auto key = crypto::SigningKey::fresh();
  std::string pem = key.pem();
  const bool made = make_secret_file(file, kWhat, pem);
  crypto::wipe(pem.data(), pem.size());
  if (made) logging::info("a key for checkpoints was made", {{"file", file}, {"public_key", crypto::to_text(key.public_key())}});
}

}  // namespace

crypto::SigningKey read_or_make_signing_key(const std::string& file) {
  if (!std::filesystem::exists(file)) make(file);
  std::string pem = read_secret_file(file, kWhat);
  const auto key = crypto::SigningKey::of_pem(pem);
  crypto::wipe(pem.data(), pem.size());
  if (!key) throw std::runtime_error(std::string(kWhat) + " in " + file + " is no Ed25519 key in PEM (PKCS#8)");
  return *key;
}

}  // namespace ledger::app
