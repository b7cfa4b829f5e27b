#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "infra/crypto/secret_key.hpp"

namespace ledger::sealing {

// A key of the operator's, kept outside of every database: subjects' keys are sealed under it.
struct MasterKey {
  crypto::SecretKey key;
  std::string fingerprint;             // 16 hexadecimal digits: tells keys apart and nothing about them
};

// The first seals, all open. None at all: nothing can be sealed here, and nothing opened.
class MasterKeys {
 public:
  MasterKeys() = default;
  // From the text of a file: a line for each key, 64 hexadecimal digits; empty lines and those that begin with # say nothing. The sentence says
  // what is wrong with which line, never what is in it.
  static Result<MasterKeys, std::string> parse(std::string_view text);

  const MasterKey* first() const { return keys_.empty() ? nullptr : &keys_.front(); }
  const MasterKey* find(std::string_view fingerprint) const;
  std::vector<std::string> fingerprints() const;

 private:
  std::vector<MasterKey> keys_;
};

}  // namespace ledger::sealing
