#include "domain/feedback/judge_score.hpp"

#include <utility>

#include "domain/event_codec.hpp"
#include "domain/feedback/state_codecs.hpp"
#include "domain/score_json.hpp"
#include "domain/state_json.hpp"

namespace ledger::judge_score {
namespace {

using nlohmann::json;

template <class E>
struct Codec;

template <>
struct Codec<Given> {
  static constexpr std::string_view kType = "judge_score.given";
  static constexpr int kVersion = 1;
  static json encode(const Given& e) {
    json scores = json::object();
    for (const auto& [dimension, score] : e.scores) scores[dimension] = to_number(score);
    return {{"prompt", e.prompt}, {"version", e.version}, {"judge", e.judge}, {"scores", std::move(scores)}};
  }
  static Given decode(const json& in, int) {
    Given e{.prompt = in.at("prompt").get<std::string>(),
            .version = in.at("version").get<prompt::VersionNumber>(),
            .judge = in.at("judge").get<std::string>(),
            .scores = {}};
    for (const auto& [dimension, score] : in.at("scores").items()) e.scores.emplace(dimension, score_from_json(score));
    return e;
  }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{[&](const Given& e) { state.given = e; }}, event);
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
  out = {{"given", Codec<Given>::encode(state.given)}};
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  state.given = Codec<Given>::decode(in.at("given"), Codec<Given>::kVersion);
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::judge_score
