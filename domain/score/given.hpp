#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/prompt/events.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"
#include "domain/score/value.hpp"

// What somebody scored, once: a stream each, `score/<id>`. A second score of the same name is another one, and counts beside the first. The structs are
// the stored format; an empty text says that there is none.
namespace ledger::score {

inline constexpr std::string_view kStreamKind = "score";

struct Target {
  TargetKind kind = TargetKind::execution;
  std::string id;                      // of a version: its prompt's
  std::string prompt;                  // whose version it is, or the execution ran
  prompt::VersionNumber version = 0;   // 0: it is of none

  bool operator==(const Target&) const = default;
};

// By which a value was checked, as it was then.
struct CheckedBy {
  std::string definition;              // the id
  std::uint64_t version = 0;           // of its stream

  bool operator==(const CheckedBy&) const = default;
};

struct Given {
  Target target;
  std::string name;
  Type type = Type::numeric;
  Value value;
  PersonalText comment;
  Source source = Source::api;
  std::string user;                    // for whom the target ran, or whom it is about
  std::optional<CheckedBy> checked_by;

  bool operator==(const Given&) const = default;
};

using Event = std::variant<Given>;

struct State {
  std::uint64_t version = 0;           // of the stream
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

}  // namespace ledger::score
