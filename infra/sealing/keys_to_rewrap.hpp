#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "infra/sealing/subject_keys.hpp"

namespace ledger::sealing {

// The port to keys that are to be sealed under another master key. Throws what its adapter throws.
class KeysToRewrap {
 public:
  virtual ~KeysToRewrap() = default;

  // At most so many keys that are sealed under another master key than this, by their ids, behind one of them.
  virtual std::vector<WrappedKey> under_others(const std::string& master, const std::string& after, std::size_t most) = 0;
  // Keeps a key in this wrapping if it still is in the one under `before`: erased meanwhile, it stays so.
  virtual void put(const WrappedKey& key, const std::string& before) = 0;
};

}  // namespace ledger::sealing
