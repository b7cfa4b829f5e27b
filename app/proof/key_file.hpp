#pragma once

#include <string>

#include "infra/crypto/ed25519.hpp"

namespace ledger::app {

// The key that checkpoints are signed with. Where there is no such file yet, a fresh key is written there, for its owner alone. Throws with a sentence for the
// operator when it can be neither read nor made, or holds something else.
crypto::SigningKey read_or_make_signing_key(const std::string& file);

}  // namespace ledger::app
