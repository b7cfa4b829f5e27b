#include "infra/sealing/envelope.hpp"

#include "infra/crypto/encoding.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::sealing {
namespace {

constexpr std::size_t kIdCharacters = 36;

}  // namespace

std::string to_text(const Envelope& envelope) { return envelope.key_id + crypto::to_base64url(envelope.sealed); }

std::optional<Envelope> parse_envelope(std::string_view text) {
  const std::string_view id = text.substr(0, kIdCharacters);
  if (!crypto::is_uuid(id)) return std::nullopt;
  auto sealed = crypto::from_base64url(text.substr(kIdCharacters));
  if (!sealed) return std::nullopt;
  return Envelope{std::string{id}, *std::move(sealed)};
}

}  // namespace ledger::sealing
