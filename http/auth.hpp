#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "http/principal.hpp"
#include "http/problem.hpp"
#include "infra/crypto/digest.hpp"

namespace ledger::http {

// Who a key belongs to. Implemented over the access read model; called for every request, on any thread.
class KeyRing {
 public:
  virtual ~KeyRing() = default;
  // Nothing for a key that is unknown or revoked. Throws Unavailable when that cannot be known now.
  virtual std::optional<Principal> find(const crypto::Sha256& of_secret) const = 0;
};

// A new secret: `plk_` and 32 random bytes in base64url. It is shown once and kept nowhere; what is kept is its digest.
std::string new_secret();
crypto::Sha256 digest_of(std::string_view secret);

// Reads an Authorization header: `Bearer <secret>` or `Basic base64(<public id>:<secret>)`. 401 with the reason when it says nothing or nothing
// true.
Result<Principal, Problem> authenticate(std::optional<std::string_view> authorization, const KeyRing& keys);

// 403 that names the role needed, when the principal's is less.
Result<void, Problem> authorise(const Principal& principal, Role needed);

}  // namespace ledger::http
