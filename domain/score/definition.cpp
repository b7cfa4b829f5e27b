#include "domain/score/definition.hpp"

#include <algorithm>
#include <utility>

#include "domain/event_codec.hpp"
#include "domain/score/state_codecs.hpp"
#include "domain/score_json.hpp"
#include "domain/state_json.hpp"

namespace ledger::score_definition {
namespace {

using nlohmann::json;

json rules_to_json(const Rules& rules) {
  json out = json::object();
  if (!rules.description.empty()) out["description"] = rules.description;
  if (rules.lowest) out["min"] = to_number(*rules.lowest);
  if (rules.highest) out["max"] = to_number(*rules.highest);
  if (!rules.categories.empty()) out["categories"] = rules.categories;
  return out;
}

std::optional<Score> find_score(const json& in, const char* member) {
  const auto found = in.find(member);
  return found == in.end() ? std::nullopt : std::optional{score_from_json(*found)};
}

Rules rules_from_json(const json& in) {
  return {.description = in.value("description", ""),
          .lowest = find_score(in, "min"),
          .highest = find_score(in, "max"),
          .categories = in.value("categories", std::vector<std::string>{})};
}

template <class E>
struct Codec;

template <>
struct Codec<Created> {
  static constexpr std::string_view kType = "score_definition.created";
  static constexpr int kVersion = 1;
  static json encode(const Created& e) { return {{"name", e.name}, {"type", to_text(e.type)}, {"rules", rules_to_json(e.rules)}}; }
  static Created decode(const json& in, int) {
    return {in.at("name").get<std::string>(), choice_from_json(in.at("type"), score::parse_type), rules_from_json(in.at("rules"))};
  }
};

template <>
struct Codec<Changed> {
  static constexpr std::string_view kType = "score_definition.changed";
  static constexpr int kVersion = 1;
  static json encode(const Changed& e) { return {{"from", rules_to_json(e.from)}, {"to", rules_to_json(e.to)}}; }
  static Changed decode(const json& in, int) { return {rules_from_json(in.at("from")), rules_from_json(in.at("to"))}; }
};

template <>
struct Codec<Deleted> {
  static constexpr std::string_view kType = "score_definition.deleted";
  static constexpr int kVersion = 1;
  static json encode(const Deleted& e) { return {{"name", e.name}}; }
  static Deleted decode(const json& in, int) { return {in.at("name").get<std::string>()}; }
};

template <>
struct Codec<Restored> {
  static constexpr std::string_view kType = "score_definition.restored";
  static constexpr int kVersion = 1;
  static json encode(const Restored& e) { return {{"name", e.name}}; }
  static Restored decode(const json& in, int) { return {in.at("name").get<std::string>()}; }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

State evolve(State state, const Event& event, const Meta& meta) {
  std::visit(Overloaded{
                 [&](const Created& e) {
                   state.workspace = meta.workspace;
                   state.name = e.name;
                   state.type = e.type;
                   state.rules = e.rules;
                   state.author = meta.actor;
                   state.created_at = meta.occurred_at;
                 },
                 [&](const Changed& e) { state.rules = e.to; },
                 [&](const Deleted&) { state.deleted_at = meta.occurred_at; },
                 [&](const Restored&) { state.deleted_at.reset(); },
             },
             event);
  state.updated_at = meta.occurred_at;
  ++state.version;
  return state;
}

Result<State, std::string> apply(State state, const RecordedEvent& recorded) {
  return decode(recorded.type, recorded.data).map([&](const Event& event) {
    return evolve(std::move(state), event, recorded.meta);
  });
}

void to_json(json& out, const State& state) {
  out = {{"name", state.name}, {"type", to_text(state.type)}, {"rules", rules_to_json(state.rules)}};
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  in.at("name").get_to(state.name);
  state.type = choice_from_json(in.at("type"), score::parse_type);
  state.rules = rules_from_json(in.at("rules"));
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }
std::vector<std::string> tags_of(const Event&) { return {}; }

std::optional<std::string> misfit(const Rules& rules, const score::Value& value) {
  if (const auto* number = std::get_if<Score>(&value)) {
    if (rules.lowest && *number < *rules.lowest) return "must be at least " + to_text(*rules.lowest);
    if (rules.highest && *number > *rules.highest) return "must be at most " + to_text(*rules.highest);
  }
  if (const auto* word = std::get_if<std::string>(&value)) {
    if (rules.categories.empty() || std::ranges::find(rules.categories, *word) != rules.categories.end()) return std::nullopt;
    std::string known;
    for (const auto& category : rules.categories) known += (known.empty() ? "" : ", ") + category;
    return "must be one of " + known;
  }
  return std::nullopt;
}

}  // namespace ledger::score_definition
