#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/execution/events.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

namespace ledger::execution {

inline constexpr std::string_view kStreamKind = "execution";

// An execution as its events make it; it does not hold its own id. Default-constructed it is the one that does not exist yet.
struct State {
  std::uint64_t version = 0;                 // of the stream
  std::string workspace;
  std::string actor;                         // who recorded or requested it: the owner of its request id
  Request request;
  Status status = Status::pending;
  Ending ending;
  Checked checked;
  Timestamp created_at{};
  Timestamp recorded_at{};                   // when the ledger learned of it: no recorder chooses that
  std::optional<Timestamp> started_at;       // from running on
  std::optional<Timestamp> completed_at;     // ended, however
  std::uint64_t log_lines = 0;               // the lines themselves are in the history

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

// Applies history; never judges it.
State evolve(State state, const Event& event, const Meta& meta);

// The same from a stored event. The sentence says why it cannot be read.
Result<State, std::string> apply(State state, const RecordedEvent& event);

}  // namespace ledger::execution
