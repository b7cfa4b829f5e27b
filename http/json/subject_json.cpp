#include "http/json/subject_json.hpp"

#include "domain/json.hpp"
#include "http/json/members.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

json erasure_json(const subject::Erasure& erasure) {
  json out{{"event_id", erasure.event_id}, {"erased_at", to_rfc3339(erasure.at)}, {"actor", erasure.actor}, {"receipt", erasure.erased.receipt}, {"keys", json::array()}};
  for (const auto& key : erasure.erased.keys) out["keys"].push_back({{"id", key.id}, {"fingerprint", key.fingerprint}});
  put(out, "reason", erasure.reason);
  return out;
}

}  // namespace

bool is_carried_out(const subject::State& state, const std::optional<sealing::WrappedKey>& kept) { return !kept || !state.has_erased(kept->id); }

json subject_json(const std::string& id, const subject::State& state, bool carried_out) {
  json out{{"id", id}, {"erasures", json::array()}, {"stream_version", state.version}};
  if (!state.erasures.empty()) out["carried_out"] = carried_out;
  for (const auto& erasure : state.erasures) out["erasures"].push_back(erasure_json(erasure));
  return out;
}

}  // namespace ledger::http
