#pragma once

#include <cstddef>
#include <functional>

#include "infra/sealing/keys_to_rewrap.hpp"
#include "infra/sealing/master_keys.hpp"

namespace ledger::sealing {

struct Rewrapped {
  std::size_t done = 0;
  std::size_t locked = 0;              // no master key here opens them: left as they are
};

// Seals every key under the first master key that is not yet, so that the older ones may go. The key itself stays what it is, and with it every
// text. Two at once do no harm. `go_on` is asked before every few hundred keys.
Rewrapped rewrap(const MasterKeys& masters, KeysToRewrap& keys, const std::function<bool()>& go_on);

}  // namespace ledger::sealing
