#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// What a workspace has set for all its prompts. One stream per workspace, `settings/<workspace id>`. The structs are
// the stored format.
namespace ledger::settings {

inline constexpr std::string_view kStreamKind = "settings";

struct LabelProtected {
  std::string label;

  bool operator==(const LabelProtected&) const = default;
};

struct LabelUnprotected {
  std::string label;

  bool operator==(const LabelUnprotected&) const = default;
};

using Event = std::variant<LabelProtected, LabelUnprotected>;

struct State {
  std::uint64_t version = 0;                            // of the stream
  std::set<std::string, std::less<>> protected_labels;  // only publishers may move these

  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::settings
