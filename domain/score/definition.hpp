#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"
#include "domain/score/value.hpp"

// What a workspace means by a score of some name: its type, and which values it takes. One stream each, `score-definition/<id>`; the id is made of
// workspace and name, so neither name nor type ever change. The structs are the stored format.
namespace ledger::score_definition {

inline constexpr std::string_view kStreamKind = "score-definition";

struct Rules {
  std::string description;
  std::optional<Score> lowest, highest;   // of a numeric one, both included
  std::vector<std::string> categories;    // of a categorical one: the words that there are

  bool operator==(const Rules&) const = default;
};

struct Created {
  std::string name;
  score::Type type = score::Type::numeric;
  Rules rules;

  bool operator==(const Created&) const = default;
};

// What it said and what it says, both whole. Scores that were given before stay as they are.
struct Changed {
  Rules from, to;
  bool operator==(const Changed&) const = default;
};

struct Deleted {
  std::string name;
  bool operator==(const Deleted&) const = default;
};

struct Restored {
  std::string name;
  bool operator==(const Restored&) const = default;
};

using Event = std::variant<Created, Changed, Deleted, Restored>;

struct State {
  std::uint64_t version = 0;   // of the stream
  std::string workspace;
  std::string name;
  score::Type type = score::Type::numeric;
  Rules rules;
  std::string author;
  Timestamp created_at{};
  Timestamp updated_at{};
  std::optional<Timestamp> deleted_at;

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

// Why a value is none that the rules allow; nothing when it is one.
std::optional<std::string> misfit(const Rules& rules, const score::Value& value);

}  // namespace ledger::score_definition
