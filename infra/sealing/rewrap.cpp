#include "infra/sealing/rewrap.hpp"

#include <stdexcept>

#include "infra/sealing/wrapping.hpp"

namespace ledger::sealing {
namespace {

constexpr std::size_t kAtATime = 500;

}  // namespace

Rewrapped rewrap(const MasterKeys& masters, KeysToRewrap& keys, const std::function<bool()>& go_on) {
  const MasterKey* const first = masters.first();
  if (first == nullptr) throw std::logic_error("without a master key there is nothing to seal under");
  Rewrapped counted;
  std::string behind;
  while (go_on()) {
    const auto page = keys.under_others(first->fingerprint, behind, kAtATime);
    if (page.empty()) break;
    behind = page.back().id;
    for (const auto& kept : page) {
      const auto key = unwrap(kept, masters);
      if (!key) {
        ++counted.locked;
        continue;
      }
      WrappedKey anew = kept;
      wrap(anew, *key, *first);
      keys.put(anew, kept.master);
      ++counted.done;
    }
  }
  return counted;
}

}  // namespace ledger::sealing
