#include "app/derived_uuid.hpp"

#include <chrono>

#include "infra/crypto/digest.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::app {

std::string derived_uuid(Timestamp at, std::string_view key) {
  return crypto::uuid_of(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()), crypto::sha256(key));
}

}  // namespace ledger::app
