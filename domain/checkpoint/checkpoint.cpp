#include "domain/checkpoint/checkpoint.hpp"

#include "domain/checkpoint/state_codec.hpp"
#include "domain/event_codec.hpp"
#include "domain/state_json.hpp"

namespace ledger::checkpoint {
namespace {

using nlohmann::json;

template <class E>
struct Codec;

template <>
struct Codec<Signed> {
  static constexpr std::string_view kType = "checkpoint.signed";
  static constexpr int kVersion = 1;
  static json encode(const Signed& e) { return {{"log", e.log}, {"partition", e.partition}, {"size", e.size}, {"root", e.root}, {"note", e.note}}; }
  static Signed decode(const json& in, int) {
    return {.log = in.at("log").get<std::string>(),
            .partition = in.at("partition").get<std::int32_t>(),
            .size = in.at("size").get<std::uint64_t>(),
            .root = in.at("root").get<std::string>(),
            .note = in.at("note").get<std::string>()};
  }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

std::string stream_id(std::string_view log, std::int32_t partition) { return std::string{log} + "." + std::to_string(partition); }

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Signed& e) {
                   state.workspace = meta.workspace;
                   state.last = e;
                   state.signed_at = meta.occurred_at;
                 },
             },
             event);
  ++state.version;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) { return evolve(std::move(state), event, recorded.meta); });
}

void to_json(json& out, const State& state) {
  out = Codec<Signed>::encode(state.last);
  out["signed_at"] = to_rfc3339(state.signed_at);
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  state.last = Codec<Signed>::decode(in, Codec<Signed>::kVersion);
  state.signed_at = time_from_json(in.at("signed_at"));
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::checkpoint
