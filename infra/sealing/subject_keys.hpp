#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace ledger::sealing {

// A subject's key as it is kept: only a master key opens it.
struct WrappedKey {
  std::string id;                      // a UUID, never used again
  std::string workspace;
  std::string subject;                 // a pseudonym: TextSeals::subject_id
  std::string master;                  // the fingerprint of the master key
  std::string wrapped;                 // crypto::seal_text of its bytes
  std::string fingerprint;             // of the key itself, base64url of 32 bytes: an erasure names the key by it

  bool operator==(const WrappedKey&) const = default;
};

// The port to where subjects' keys are kept, each of them until its subject is erased. A subject has at most one. Thread-safe. Blocks a bounded
// time, and throws what its adapter throws when the store is away.
class SubjectKeys {
 public:
  virtual ~SubjectKeys() = default;

  virtual std::optional<WrappedKey> of_subject(const std::string& workspace, const std::string& subject) = 0;
  // Those that are there, of these ids.
  virtual std::vector<WrappedKey> find(const std::vector<std::string>& ids) = 0;
  // Keeps the key if its subject has none. The one that it has then: this, or that of whoever was first.
  virtual WrappedKey keep(const WrappedKey& key) = 0;
  // The fingerprints of all master keys that keys are sealed under. Waits no longer than that.
  virtual std::vector<std::string> masters(std::chrono::milliseconds timeout) = 0;
};

}  // namespace ledger::sealing
