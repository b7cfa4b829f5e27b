#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/prompt/events.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"
#include "domain/score.hpp"

// What a judge found a prompt's version worth, once. A stream each, `judge-score/<id>`: a second judgement by the same
// judge is another one, and counts beside the first. The structs are the stored format.
namespace ledger::judge_score {

inline constexpr std::string_view kStreamKind = "judge-score";

using Scores = std::map<std::string, Score, std::less<>>;  // by dimension: clarity, specificity, …; each from 0 to 10

struct Given {
  std::string prompt;  // the id
  prompt::VersionNumber version = 0;
  std::string judge;  // who judged: a model, a person, a program
  Scores scores;      // at least one

  bool operator==(const Given&) const = default;
};

using Event = std::variant<Given>;

struct State {
  std::uint64_t version = 0;  // of the stream
  std::string workspace;
  Given given;
  std::string author;
  Timestamp created_at{};
  std::optional<std::string> reason;

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::judge_score
