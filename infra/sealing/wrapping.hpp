#pragma once

#include <string>

#include "domain/result.hpp"
#include "infra/crypto/secret_key.hpp"
#include "infra/sealing/master_keys.hpp"
#include "infra/sealing/subject_keys.hpp"
#include "infra/sealing/text_seals.hpp"

// A subject's key and its wrapping under a master key.
namespace ledger::sealing {

// base64url of a keyed digest: tells keys apart, and whether one that is found is the one.
std::string fingerprint_of(const crypto::SecretKey& key);
// `kept` says whose it is; gets the wrapping.
void wrap(WrappedKey& kept, const crypto::SecretKey& key, const MasterKey& master);
Result<crypto::SecretKey, Locked> unwrap(const WrappedKey& kept, const MasterKeys& masters);

}  // namespace ledger::sealing
