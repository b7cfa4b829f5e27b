#include <stdexcept>

#include "domain/event_codec.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/limits.hpp"
#include "domain/feedback/state_codecs.hpp"
#include "domain/personal_text_json.hpp"
#include "domain/state_json.hpp"

namespace ledger::feedback {
namespace {

using nlohmann::json;

json about_to_json(const About& about) {
  json out{{"request_id", about.request_id},
           {"execution", about.execution},
           {"prompt", about.prompt},
           {"version", about.version}};
  put(out, "user", about.user);
  return out;
}

About about_from_json(const json& in) {
  return {.request_id = in.at("request_id").get<std::string>(),
          .execution = in.at("execution").get<std::string>(),
          .prompt = in.at("prompt").get<std::string>(),
          .version = in.at("version").get<prompt::VersionNumber>(),
          .user = in.value("user", "")};
}

template <class Choice>
void put_choice(json& out, const char* member, const std::optional<Choice>& choice) {
  if (choice) out[member] = to_text(*choice);
}

template <class Choice>
std::optional<Choice> find_choice(const json& in, const char* member, std::optional<Choice> (*parse)(std::string_view)) {
  const auto found = in.find(member);
  return found == in.end() ? std::nullopt : std::optional{choice_from_json(*found, parse)};
}

json opinion_to_json(const Opinion& opinion) {
  json out = json::object();
  put_choice(out, "user_choice", opinion.user_choice);
  put_choice(out, "judge_winner", opinion.judge_winner);
  put_choice(out, "agent_winner", opinion.agent_winner);
  if (opinion.rating) out["rating"] = *opinion.rating;
  put_choice(out, "thumbs", opinion.thumbs);
  put_personal(out, "comment", opinion.comment);
  return out;
}

std::uint8_t rating_from_json(const json& in) {
  const auto rating = in.get<std::int64_t>();
  if (rating < limits::kRatingLeast || rating > limits::kRatingMost) throw std::invalid_argument{"no rating"};
  return static_cast<std::uint8_t>(rating);
}

Opinion opinion_from_json(const json& in) {
  Opinion opinion{.user_choice = find_choice(in, "user_choice", parse_user_choice),
                  .judge_winner = find_choice(in, "judge_winner", parse_agent),
                  .agent_winner = find_choice(in, "agent_winner", parse_agent),
                  .rating = {},
                  .thumbs = find_choice(in, "thumbs", parse_thumbs),
                  .comment = find_personal(in, "comment")};
  if (const auto found = in.find("rating"); found != in.end()) opinion.rating = rating_from_json(*found);
  return opinion;
}

template <class E>
struct Codec;

template <>
struct Codec<Given> {
  static constexpr std::string_view kType = "feedback.given";
  static constexpr int kVersion = 1;
  static json encode(const Given& e) {
    return {{"about", about_to_json(e.about)}, {"opinion", opinion_to_json(e.opinion)}};
  }
  static Given decode(const json& in, int) {
    return {about_from_json(in.at("about")), opinion_from_json(in.at("opinion"))};
  }
};

template <>
struct Codec<Changed> {
  static constexpr std::string_view kType = "feedback.changed";
  static constexpr int kVersion = 1;
  static json encode(const Changed& e) {
    return {{"about", about_to_json(e.about)}, {"from", opinion_to_json(e.from)}, {"to", opinion_to_json(e.to)}};
  }
  static Changed decode(const json& in, int) {
    return {about_from_json(in.at("about")), opinion_from_json(in.at("from")), opinion_from_json(in.at("to"))};
  }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

void to_json(json& out, const State& state) {
  out = {{"about", about_to_json(state.about)}, {"opinion", opinion_to_json(state.opinion)}};
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  state.about = about_from_json(in.at("about"));
  state.opinion = opinion_from_json(in.at("opinion"));
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }

}  // namespace ledger::feedback
