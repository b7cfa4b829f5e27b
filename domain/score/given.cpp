#include "domain/score/given.hpp"

#include <stdexcept>
#include <utility>

#include "domain/event_codec.hpp"
#include "domain/personal_text_json.hpp"
#include "domain/score/state_codecs.hpp"
#include "domain/score_json.hpp"
#include "domain/state_json.hpp"

namespace ledger::score {
namespace {

using nlohmann::json;

json target_to_json(const Target& target) {
  json out{{"kind", to_text(target.kind)}, {"id", target.id}};
  if (!target.prompt.empty()) out["prompt"] = target.prompt;
  if (target.version > 0) out["version"] = target.version;
  return out;
}

Target target_from_json(const json& in) {
  return {.kind = choice_from_json(in.at("kind"), parse_target_kind),
          .id = in.at("id").get<std::string>(),
          .prompt = in.value("prompt", ""),
          .version = in.value("version", prompt::VersionNumber{0})};
}

void put_value(json& out, const Value& value) {
  std::visit(Overloaded{
                 [&](Score number) { out["value"] = to_number(number); },
                 [&](bool flag) { out["value"] = flag; },
                 [&](const std::string& word) { out["value"] = word; },
                 [&](const PersonalText& text) { put_personal(out, "value", text); },
             },
             value);
}

Value find_value(const json& in, Type type) {
  switch (type) {
    case Type::numeric:
      return score_from_json(in.at("value"));
    case Type::boolean:
      return in.at("value").get<bool>();
    case Type::categorical:
      return in.at("value").get<std::string>();
    case Type::text:
    case Type::correction:
      return find_personal(in, "value");
  }
  throw std::invalid_argument{"a score of no type"};
}

template <class E>
struct Codec;

template <>
struct Codec<Given> {
  static constexpr std::string_view kType = "score.given";
  static constexpr int kVersion = 1;
  static json encode(const Given& e) {
    json out{{"target", target_to_json(e.target)}, {"name", e.name}, {"type", to_text(e.type)}, {"source", to_text(e.source)}};
    put_value(out, e.value);
    put_personal(out, "comment", e.comment);
    if (!e.user.empty()) out["user"] = e.user;
    if (e.checked_by) out["checked_by"] = {{"definition", e.checked_by->definition}, {"version", e.checked_by->version}};
    return out;
  }
  static Given decode(const json& in, int) {
    Given e{.target = target_from_json(in.at("target")),
            .name = in.at("name").get<std::string>(),
            .type = choice_from_json(in.at("type"), parse_type),
            .value = {},
            .comment = find_personal(in, "comment"),
            .source = choice_from_json(in.at("source"), parse_source),
            .user = in.value("user", ""),
            .checked_by = {}};
    e.value = find_value(in, e.type);
    if (const auto by = in.find("checked_by"); by != in.end()) {
      e.checked_by = CheckedBy{by->at("definition").get<std::string>(), by->at("version").get<std::uint64_t>()};
    }
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

}  // namespace ledger::score
