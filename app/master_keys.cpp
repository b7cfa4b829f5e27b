#include "app/master_keys.hpp"

#include <stdexcept>

#include "app/secret_file.hpp"
#include "infra/crypto/secret_key.hpp"

namespace ledger::app {

sealing::MasterKeys read_master_keys(const std::string& file) {
  if (file.empty()) return {};
  std::string text = read_secret_file(file, "the master keys");
  const auto keys = sealing::MasterKeys::parse(text);
  crypto::wipe(text.data(), text.size());
  if (!keys) throw std::runtime_error("the master keys in " + file + " cannot be used: " + keys.error());
  return *keys;
}

}  // namespace ledger::app
