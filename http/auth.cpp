#include "http/auth.hpp"

#include "http/reading/text.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/random.hpp"

namespace ledger::http {
namespace {

constexpr std::string_view kPrefix = "plk_";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretLength = 4 + 43;          // 32 bytes are 43 characters of base64url

Problem unauthenticated(std::string detail) {
  Problem result = problem(Code::unauthenticated, std::move(detail));
  result.headers.emplace_back("WWW-Authenticate", R"(Bearer realm="promptledger")");
  result.headers.emplace_back("WWW-Authenticate", R"(Basic realm="promptledger", charset="UTF-8")");
  return result;
}

}  // namespace

std::string new_secret() { return std::string(kPrefix) + crypto::to_base64url(crypto::random_bytes(kSecretBytes)); }

crypto::Sha256 digest_of(std::string_view secret) { return crypto::sha256(secret); }

Result<Principal, Problem> authenticate(std::optional<std::string_view> authorization, const KeyRing& keys) {
  if (!authorization) return tl::unexpected(unauthenticated("Send an API key: Authorization: Bearer plk_…"));
  const std::size_t space = authorization->find(' ');
  const std::string_view scheme = authorization->substr(0, space);
  const std::string_view given = space == std::string_view::npos ? std::string_view() : trimmed(authorization->substr(space));

  std::string secret;
  std::optional<std::string> public_id;
  if (equal_ignoring_case(scheme, "Bearer")) {
    secret = given;
  } else if (equal_ignoring_case(scheme, "Basic")) {
    const auto pair = crypto::from_base64(given);
    const std::size_t colon = pair ? pair->find(':') : std::string::npos;
    if (colon == std::string::npos) {
      return tl::unexpected(unauthenticated("Basic authorization must be base64 of the key's public id, a colon and its secret."));
    }
    public_id = pair->substr(0, colon);
    secret = pair->substr(colon + 1);
  } else {
    return tl::unexpected(unauthenticated("Authorization must be Bearer or Basic."));
  }

  // What does not look like a secret is not looked up, so that nobody can make us hash megabytes.
  std::optional<Principal> principal;
  if (secret.size() == kSecretLength && secret.starts_with(kPrefix)) principal = keys.find(digest_of(secret));
  if (!principal || (public_id && !crypto::equal_in_constant_time(*public_id, principal->key_id))) {
    return tl::unexpected(unauthenticated("The API key is unknown or revoked."));
  }
  return *std::move(principal);
}

Result<void, Problem> authorise(const Principal& principal, Role needed) {
  if (principal.role >= needed) return {};
  return tl::unexpected(problem(Code::forbidden, "This needs a key with the role " + std::string(name_of(needed)) +
                                                     " or more; yours is " + std::string(name_of(principal.role)) + "."));
}

}  // namespace ledger::http
