#include "domain/feedback/security_scan.hpp"

#include <utility>

#include "domain/event_codec.hpp"
#include "domain/feedback/state_codecs.hpp"
#include "domain/personal_text_json.hpp"
#include "domain/score_json.hpp"
#include "domain/state_json.hpp"

namespace ledger::security_scan {
namespace {

using nlohmann::json;

template <class E>
struct Codec;

template <>
struct Codec<Recorded> {
  static constexpr std::string_view kType = "security_scan.recorded";
  static constexpr int kVersion = 1;
  static json encode(const Recorded& e) {
    json out{{"risk_score", to_number(e.risk)}, {"label", e.label}};
    put_personal(out, "input_text", e.input);
    if (!e.user.empty()) out["user"] = e.user;
    return out;
  }
  static Recorded decode(const json& in, int) {
    return {.input = find_personal(in, "input_text"),
            .risk = score_from_json(in.at("risk_score")),
            .label = in.at("label").get<std::string>(),
            .user = in.value("user", "")};
  }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{[&](const Recorded& e) { state.scan = e; }}, event);
  state.workspace = meta.workspace;
  state.author = meta.actor;
  state.created_at = meta.occurred_at;
  state.reason = meta.reason;
  ++state.version;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) {
    return evolve(std::move(state), event, recorded.meta);
  });
}

void to_json(json& out, const State& state) {
  out = {{"scan", Codec<Recorded>::encode(state.scan)}};
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  state.scan = Codec<Recorded>::decode(in.at("scan"), Codec<Recorded>::kVersion);
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::security_scan
