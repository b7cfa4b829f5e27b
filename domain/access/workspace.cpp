#include "domain/access/workspace.hpp"

#include "domain/access/state_codecs.hpp"
#include "domain/event_codec.hpp"
#include "domain/percent.hpp"
#include "domain/state_json.hpp"

namespace ledger::workspace {
namespace {

using nlohmann::json;

template <class E>
struct Codec;

template <>
struct Codec<Created> {
  static constexpr std::string_view kType = "workspace.created";
  static constexpr int kVersion = 1;
  static json encode(const Created& e) { return {{"name", e.name}}; }
  static Created decode(const json& in, int) { return {in.at("name").get<std::string>()}; }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(
      Overloaded{
          [&](const Created& e) {
            state.name = e.name;
            state.author = meta.actor;
            state.created_at = meta.occurred_at;
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
  out = {{"name", state.name}};
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  in.at("name").get_to(state.name);
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }

std::string name_tag(std::string_view name) { return "workspace-name/" + percent_encode_part(name); }

std::vector<std::string> tags_of(const Event& event) {
  return std::visit(Overloaded{[](const Created& e) { return std::vector{name_tag(e.name)}; }}, event);
}

}  // namespace ledger::workspace
