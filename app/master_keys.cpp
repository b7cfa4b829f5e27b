#include "app/master_keys.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "infra/crypto/secret_key.hpp"
#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

namespace fs = std::filesystem;

bool others_can_read(const std::string& file) {
  std::error_code fault;
  const auto permissions = fs::status(file, fault).permissions();
  return !fault && (permissions & (fs::perms::group_read | fs::perms::others_read)) != fs::perms::none;
}

}  // namespace

sealing::MasterKeys read_master_keys(const std::string& file) {
  if (file.empty()) return {};
  std::ifstream in(file, std::ios::binary);
  if (!in || !fs::is_regular_file(file)) throw std::runtime_error("the master keys cannot be read from " + file);
  if (others_can_read(file)) logging::warn("others can read the master keys: chmod 600", {{"file", file}});
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto keys = sealing::MasterKeys::parse(text);
  crypto::wipe(text.data(), text.size());
  if (!keys) throw std::runtime_error("the master keys in " + file + " cannot be used: " + keys.error());
  return *keys;
}

}  // namespace ledger::app
