#include "infra/sealing/text_seals.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "infra/crypto/digest.hpp"
#include "infra/crypto/sealed_text.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/sealing/context.hpp"
#include "infra/sealing/envelope.hpp"
#include "infra/sealing/wrapping.hpp"

namespace ledger::sealing {
namespace {

WrappedKey fresh_key(const MasterKey& master, const std::string& workspace, const std::string& subject) {
  const auto key = crypto::SecretKey::fresh();
  WrappedKey made{.id = crypto::new_uuid(), .workspace = workspace, .subject = subject, .master = {}, .wrapped = {}, .fingerprint = fingerprint_of(key)};
  wrap(made, key, master);
  return made;
}

}  // namespace

std::string_view to_text(Locked why) {
  switch (why) {
    case Locked::no_master_key: return "no master key is configured";
    case Locked::other_master_key: return "the subject's key is sealed under a master key that is not among those configured";
    case Locked::damaged_key: return "what is kept of the subject's key is not what was";
  }
  return "";
}

PersonalText SubjectKey::seal(const Place& place, std::string_view text) const {
  if (text.empty()) return {};
  const std::string context = context_of_text(place, kept_.subject, kept_.id);
  return {to_text(Envelope{kept_.id, crypto::seal_text(key_, context, text)}), kept_.subject};
}

std::optional<std::string> SubjectKey::open(const Place& place, std::string_view sealed) const {
  return crypto::open_text(key_, context_of_text(place, kept_.subject, kept_.id), sealed);
}

OpenedText OpenKeys::open(const Place& place, const PersonalText& text) const {
  using enum OpenedText::State;
  if (!text.sealed()) return {plain, text.text};
  const auto envelope = parse_envelope(text.text);
  if (!envelope) return {damaged, {}};
  const auto found = keys_.find(envelope->key_id);
  if (found == keys_.end()) return {erased, {}};
  if (!found->second) return {locked, {}};
  auto read = found->second->subject() == text.subject ? found->second->open(place, envelope->sealed) : std::nullopt;
  if (!read) return {damaged, {}};
  return {opened, *std::move(read)};
}

std::string TextSeals::subject_id(std::string_view workspace, std::string_view name) const {
  return crypto::uuid_of(crypto::hmac_sha256(name_secret_, length_prefixed({"promptledger/subject/1", workspace, name})));
}

// Whoever seals for a subject at once agrees on one key, that of the first.
Result<SubjectKey, Locked> TextSeals::key_for(const std::string& workspace, const std::string& subject) {
  const MasterKey* const master = masters_.first();
  if (master == nullptr) return tl::unexpected(Locked::no_master_key);
  const auto kept = keys_.of_subject(workspace, subject);
  return unwrapped(kept ? *kept : keys_.keep(fresh_key(*master, workspace, subject)));
}

OpenKeys TextSeals::keys_of(std::span<const PersonalText* const> texts) {
  std::set<std::string> ids;
  for (const auto* text : texts) {
    if (!text->sealed()) continue;
    if (auto envelope = parse_envelope(text->text)) ids.insert(std::move(envelope->key_id));
  }
  OpenKeys found;
  if (ids.empty()) return found;
  for (const auto& kept : keys_.find({ids.begin(), ids.end()})) found.keys_.emplace(kept.id, unwrapped(kept));
  return found;
}

TextSeals::Health TextSeals::health(std::chrono::milliseconds timeout) const {
  Health health{.configured = masters_.fingerprints().size(), .missing = {}};
  for (auto& fingerprint : keys_.masters(timeout)) {
    if (masters_.find(fingerprint) == nullptr) health.missing.push_back(std::move(fingerprint));
  }
  return health;
}

Result<SubjectKey, Locked> TextSeals::unwrapped(const WrappedKey& kept) const {
  return unwrap(kept, masters_).map([&](const crypto::SecretKey& key) { return SubjectKey{kept, key}; });
}

}  // namespace ledger::sealing
