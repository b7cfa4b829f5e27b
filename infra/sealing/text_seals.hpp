#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/personal_text.hpp"
#include "domain/result.hpp"
#include "infra/crypto/secret_key.hpp"
#include "infra/sealing/master_keys.hpp"
#include "infra/sealing/place.hpp"
#include "infra/sealing/subject_keys.hpp"

namespace ledger::sealing {

// A subject's key, open: what one request seals and opens with. Never kept for longer, or a text could be read after its erasure.
class SubjectKey {
 public:
  SubjectKey(WrappedKey kept, crypto::SecretKey key) : kept_(std::move(kept)), key_(std::move(key)) {}

  // What is empty stays as it is: there is nothing to hide.
  PersonalText seal(const Place& place, std::string_view text) const;
  // Nothing when it was sealed by another key or for another place, or was changed.
  std::optional<std::string> open(const Place& place, std::string_view sealed) const;

  const std::string& subject() const { return kept_.subject; }

 private:
  WrappedKey kept_;
  crypto::SecretKey key_;
};

// Why nothing can be sealed or opened with a subject's key.
enum class Locked : std::uint8_t {
  no_master_key,                       // none is configured
  other_master_key,                    // it is sealed under one that is not among those configured
  damaged_key,                         // what is kept of it is not what was
};
std::string_view to_text(Locked why);  // a sentence for the operator

struct OpenedText {
  enum class State : std::uint8_t {
    plain,                             // it never was sealed
    opened,
    erased,                            // its key is gone
    locked,                            // its key is there, and cannot be opened here
    damaged,                           // not what was sealed, or not where
  };
  State state = State::plain;
  std::string text;                    // of one that is plain or opened
};

// The keys of one answer.
class OpenKeys {
 public:
  OpenedText open(const Place& place, const PersonalText& text) const;

 private:
  friend class TextSeals;
  std::map<std::string, Result<SubjectKey, Locked>, std::less<>> keys_;   // by id; those that there are
};

// Seals personal texts and opens them again. Keeps no subject's key: each is asked for anew. Thread-safe.
class TextSeals {
 public:
  // `keys` must outlive it. `name_secret` makes pseudonyms of subjects' names.
  TextSeals(MasterKeys masters, SubjectKeys& keys, std::string name_secret)
      : masters_(std::move(masters)), keys_(keys), name_secret_(std::move(name_secret)) {}

  // What the ledger calls a subject: a UUID that nobody can make, or take back to the name, without the secret.
  std::string subject_id(std::string_view workspace, std::string_view name) const;

  // The subject's key, made now if there is none.
  Result<SubjectKey, Locked> key_for(const std::string& workspace, const std::string& subject);
  // The subject's key as it is kept, if it has one: what an erasure takes away. No master key is needed.
  std::optional<WrappedKey> kept(const std::string& workspace, const std::string& subject) { return keys_.of_subject(workspace, subject); }
  // All keys that these texts were sealed under, in one look; none is asked for when no text is sealed.
  OpenKeys keys_of(std::span<const PersonalText* const> texts);

  // How it is with the master keys.
  struct Health {
    std::size_t configured = 0;
    std::vector<std::string> missing;  // fingerprints of those that keys are sealed under, and that are not configured
  };
  Health health(std::chrono::milliseconds timeout) const;

 private:
  Result<SubjectKey, Locked> unwrapped(const WrappedKey& kept) const;

  const MasterKeys masters_;
  SubjectKeys& keys_;
  const std::string name_secret_;
};

}  // namespace ledger::sealing
