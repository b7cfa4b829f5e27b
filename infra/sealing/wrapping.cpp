#include "infra/sealing/wrapping.hpp"

#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/sealed_text.hpp"
#include "infra/sealing/context.hpp"

namespace ledger::sealing {

std::string fingerprint_of(const crypto::SecretKey& key) {
  return crypto::to_base64url(crypto::as_text(crypto::hmac_sha256(key.bytes(), "promptledger/subject-key/1")));
}

void wrap(WrappedKey& kept, const crypto::SecretKey& key, const MasterKey& master) {
  kept.master = master.fingerprint;
  kept.wrapped = crypto::seal_text(master.key, context_of_key(kept.workspace, kept.subject, kept.id), key.bytes());
}

Result<crypto::SecretKey, Locked> unwrap(const WrappedKey& kept, const MasterKeys& masters) {
  if (masters.first() == nullptr) return tl::unexpected(Locked::no_master_key);
  const MasterKey* const master = masters.find(kept.master);
  if (master == nullptr) return tl::unexpected(Locked::other_master_key);
  auto bytes = crypto::open_text(master->key, context_of_key(kept.workspace, kept.subject, kept.id), kept.wrapped);
  const auto key = bytes ? crypto::SecretKey::of(*bytes) : std::nullopt;
  if (bytes) crypto::wipe(bytes->data(), bytes->size());
  if (!key) return tl::unexpected(Locked::damaged_key);
  return *key;
}

}  // namespace ledger::sealing
