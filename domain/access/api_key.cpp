#include "domain/access/api_key.hpp"

#include "domain/access/state_codecs.hpp"
#include "domain/event_codec.hpp"
#include "domain/state_json.hpp"

namespace ledger::api_key {
namespace {

using nlohmann::json;

template <class E>
struct Codec;

template <>
struct Codec<Created> {
  static constexpr std::string_view kType = "api_key.created";
  static constexpr int kVersion = 1;
  static json encode(const Created& e) {
    return {{"public_id", e.public_id}, {"name", e.name},          {"secret_sha256", e.secret_sha256},
            {"workspace", e.workspace}, {"role", to_text(e.role)}, {"actor", e.actor}};
  }
  static Created decode(const json& in, int) {
    return {.public_id = in.at("public_id").get<std::string>(),
            .name = in.at("name").get<std::string>(),
            .secret_sha256 = in.at("secret_sha256").get<std::string>(),
            .workspace = in.at("workspace").get<std::string>(),
            .role = choice_from_json(in.at("role"), access::parse_role),
            .actor = in.at("actor").get<std::string>()};
  }
};

template <>
struct Codec<Revoked> {
  static constexpr std::string_view kType = "api_key.revoked";
  static constexpr int kVersion = 1;
  static json encode(const Revoked&) { return json::object(); }
  static Revoked decode(const json&, int) { return {}; }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Created& e) {
                   state.public_id = e.public_id;
                   state.name = e.name;
                   state.secret_sha256 = e.secret_sha256;
                   state.workspace = e.workspace;
                   state.role = e.role;
                   state.actor = e.actor;
                   state.author = meta.actor;
                   state.created_at = meta.occurred_at;
                 },
                 [&](const Revoked&) { state.revoked_at = meta.occurred_at; },
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
  out = {{"public_id", state.public_id},
         {"name", state.name},
         {"secret_sha256", state.secret_sha256},
         {"role", to_text(state.role)},
         {"actor", state.actor}};
  put_origin(out, state);
  put(out, "revoked_at", state.revoked_at);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  in.at("public_id").get_to(state.public_id);
  in.at("name").get_to(state.name);
  in.at("secret_sha256").get_to(state.secret_sha256);
  state.role = choice_from_json(in.at("role"), access::parse_role);
  in.at("actor").get_to(state.actor);
  state.revoked_at = find_time(in, "revoked_at");
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

}  // namespace ledger::api_key
