#include "infra/sealing/master_keys.hpp"

#include <algorithm>

#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::sealing {
namespace {

constexpr std::size_t kKeys = 16;
constexpr std::size_t kFingerprintBytes = 8;

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return line.substr(first, line.find_last_not_of(kBlanks) + 1 - first);
}

Result<crypto::SecretKey, std::string> read_key(std::string_view digits) {
  auto bytes = crypto::from_hex(digits);
  const auto key = bytes ? crypto::SecretKey::of(*bytes) : std::nullopt;
  if (bytes) crypto::wipe(bytes->data(), bytes->size());
  if (!key) return tl::unexpected<std::string>("is no key: 64 hexadecimal digits");
  return *key;
}

std::string fingerprint_of(const crypto::SecretKey& key) {
  const auto mac = crypto::hmac_sha256(key.bytes(), "promptledger/master-key/1");
  return crypto::to_hex(crypto::as_text(mac).substr(0, kFingerprintBytes));
}

}  // namespace

Result<MasterKeys, std::string> MasterKeys::parse(std::string_view text) {
  MasterKeys read;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line.front() == '#') continue;
    const auto wrong = [&](const std::string& what) { return tl::unexpected("line " + std::to_string(number) + " " + what); };
    const auto key = read_key(line);
    if (!key) return wrong(key.error());
    const std::string fingerprint = fingerprint_of(*key);
    if (read.find(fingerprint) != nullptr) return wrong("is a key that is there already");
    if (read.keys_.size() == kKeys) return wrong("is one too many: " + std::to_string(kKeys) + " keys are enough");
    read.keys_.push_back({*key, fingerprint});
  }
  if (read.keys_.empty()) return tl::unexpected<std::string>("there is no key in it");
  return read;
}

const MasterKey* MasterKeys::find(std::string_view fingerprint) const {
  const auto found = std::ranges::find(keys_, fingerprint, &MasterKey::fingerprint);
  return found == keys_.end() ? nullptr : &*found;
}

std::vector<std::string> MasterKeys::fingerprints() const {
  std::vector<std::string> all;
  for (const auto& key : keys_) all.push_back(key.fingerprint);
  return all;
}

}  // namespace ledger::sealing
