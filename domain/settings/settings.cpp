#include "domain/settings/settings.hpp"

#include "domain/event_codec.hpp"
#include "domain/settings/state_codec.hpp"
#include "domain/state_json.hpp"

namespace ledger::settings {
namespace {

using nlohmann::json;

template <class E>
struct Codec;

template <>
struct Codec<LabelProtected> {
  static constexpr std::string_view kType = "settings.label_protected";
  static constexpr int kVersion = 1;
  static json encode(const LabelProtected& e) { return {{"label", e.label}}; }
  static LabelProtected decode(const json& in, int) { return {in.at("label").get<std::string>()}; }
};

template <>
struct Codec<LabelUnprotected> {
  static constexpr std::string_view kType = "settings.label_unprotected";
  static constexpr int kVersion = 1;
  static json encode(const LabelUnprotected& e) { return {{"label", e.label}}; }
  static LabelUnprotected decode(const json& in, int) { return {in.at("label").get<std::string>()}; }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

State evolve(State state, const Event& event, const Meta&) {
  std::visit(Overloaded{
                 [&](const LabelProtected& e) { state.protected_labels.insert(e.label); },
                 [&](const LabelUnprotected& e) { state.protected_labels.erase(e.label); },
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
  out = {{"protected_labels", state.protected_labels}};
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  in.at("protected_labels").get_to(state.protected_labels);
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::settings
