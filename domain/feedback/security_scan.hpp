#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/personal_text.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"
#include "domain/score.hpp"

// How risky a text looked that somebody sent. A stream each, `security-scan/<id>`. The structs are the stored format.
namespace ledger::security_scan {

inline constexpr std::string_view kStreamKind = "security-scan";

struct Recorded {
  PersonalText input;
  Score risk;         // from 0 to 1
  std::string label;  // what was found: `safe`, `prompt_injection` …
  std::string user;   // who sent the text; empty: nobody said

  bool operator==(const Recorded&) const = default;
};

using Event = std::variant<Recorded>;

struct State {
  std::uint64_t version = 0;  // of the stream
  std::string workspace;
  Recorded scan;
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

}  // namespace ledger::security_scan
