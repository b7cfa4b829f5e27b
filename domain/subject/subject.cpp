#include "domain/subject/subject.hpp"

#include <algorithm>

#include "domain/event_codec.hpp"
#include "domain/state_json.hpp"
#include "domain/subject/state_codec.hpp"

namespace ledger::subject {
namespace {

using nlohmann::json;

json keys_to_json(const std::vector<KeyPrint>& keys) {
  json out = json::array();
  for (const auto& key : keys) out.push_back({{"id", key.id}, {"fingerprint", key.fingerprint}});
  return out;
}

std::vector<KeyPrint> keys_from_json(const json& in) {
  std::vector<KeyPrint> keys;
  for (const auto& key : in) keys.push_back({key.at("id").get<std::string>(), key.at("fingerprint").get<std::string>()});
  return keys;
}

template <class E>
struct Codec;

template <>
struct Codec<Erased> {
  static constexpr std::string_view kType = "subject.erased";
  static constexpr int kVersion = 1;
  static json encode(const Erased& e) { return {{"keys", keys_to_json(e.keys)}, {"receipt", e.receipt}}; }
  static Erased decode(const json& in, int) { return {keys_from_json(in.at("keys")), in.at("receipt").get<std::string>()}; }
};

using Codecs = EventCodec<Codec, Event>;

json erasure_to_json(const Erasure& erasure) {
  json out = Codec<Erased>::encode(erasure.erased);
  out["event_id"] = erasure.event_id;
  out["actor"] = erasure.actor;
  out["at"] = to_rfc3339(erasure.at);
  put(out, "reason", erasure.reason);
  return out;
}

Erasure erasure_from_json(const json& in) {
  return {.erased = Codec<Erased>::decode(in, Codec<Erased>::kVersion),
          .event_id = in.at("event_id").get<std::string>(),
          .actor = in.at("actor").get<std::string>(),
          .reason = find<std::string>(in, "reason"),
          .at = time_from_json(in.at("at"))};
}

}  // namespace

bool State::has_erased(std::string_view key_id) const {
  return std::ranges::any_of(erasures, [&](const Erasure& erasure) {
    return std::ranges::any_of(erasure.erased.keys, [&](const KeyPrint& key) { return key.id == key_id; });
  });
}

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Erased& e) {
                   state.workspace = meta.workspace;
                   state.erasures.push_back({e, meta.event_id, meta.actor, meta.reason, meta.occurred_at});
                 },
             },
             event);
  ++state.version;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) {
    return evolve(std::move(state), event, recorded.meta);
  });
}

void to_json(json& out, const State& state) {
  out = {{"erasures", json::array()}};
  for (const auto& erasure : state.erasures) out["erasures"].push_back(erasure_to_json(erasure));
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  state.erasures.clear();
  for (const auto& erasure : in.at("erasures")) state.erasures.push_back(erasure_from_json(erasure));
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::subject
