#include "commands/subject/commands.hpp"

#include <algorithm>

#include "log/sha256.hpp"

namespace ledger::subject {

std::string receipt_of(const EraseContext& erased) {
  log::Sha256 sha;
  sha.lp("promptledger/erasure/1").lp(erased.workspace).lp(erased.subject).u32(static_cast<std::uint32_t>(erased.keys.size()));
  for (const auto& key : erased.keys) sha.lp(key.id).lp(key.fingerprint);
  return log::to_text(sha.finish());
}

Decision<Event> decide(const State& state, const Erase&, const EraseContext& context) {
  EraseContext fresh = context;
  std::erase_if(fresh.keys, [&](const KeyPrint& key) { return state.has_erased(key.id); });
  if (!fresh.keys.empty()) return Event{Erased{fresh.keys, receipt_of(fresh)}};
  if (state.exists()) return std::nullopt;
  return tl::unexpected(Rejection{Code::not_found, "there is no such subject: no text was ever sealed for it in this workspace", {}});
}

}  // namespace ledger::subject
