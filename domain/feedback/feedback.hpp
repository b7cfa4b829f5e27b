#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/feedback/choices.hpp"
#include "domain/personal_text.hpp"
#include "domain/prompt/events.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// What the owner of a request says of what came of it. One stream per request of a workspace, `feedback/<id>`
// (commands/feedback/streams.hpp says which id). The structs are the stored format.
namespace ledger::feedback {

inline constexpr std::string_view kStreamKind = "feedback";

// The execution that the request's id was recorded with first: what the feedback is about. It never changes.
struct About {
  std::string request_id;
  std::string execution;              // the id
  std::string prompt;                 // the id
  prompt::VersionNumber version = 0;  // of the prompt's content
  std::string user;                   // for whom it ran; empty: nobody said

  bool operator==(const About&) const = default;
};

// Whatever is absent was not said.
struct Opinion {
  std::optional<UserChoice> user_choice;
  std::optional<Agent> judge_winner;   // whom the judge chose
  std::optional<Agent> agent_winner;   // whose result won in the end
  std::optional<std::uint8_t> rating;  // 1 to 5
  std::optional<Thumbs> thumbs;
  PersonalText comment;

  bool operator==(const Opinion&) const = default;
};

// Whether the judge chose who won; nothing until both are known. Derived, so no event says it.
std::optional<bool> judge_correct(const Opinion& opinion);

struct Given {
  About about;
  Opinion opinion;

  bool operator==(const Given&) const = default;
};

// The owner thinks otherwise now. Both opinions are whole.
struct Changed {
  About about;
  Opinion from;
  Opinion to;

  bool operator==(const Changed&) const = default;
};

using Event = std::variant<Given, Changed>;

struct State {
  std::uint64_t version = 0;  // of the stream
  std::string workspace;
  About about;
  Opinion opinion;
  std::string author;  // the request's owner
  Timestamp created_at{};
  Timestamp updated_at{};

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::feedback
