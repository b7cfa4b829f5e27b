#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/recorded_event.hpp"
#include "domain/replay/expression.hpp"
#include "domain/replay/stream_state.hpp"
#include "domain/result.hpp"

namespace ledger::replay {

// What an event does to a stream's state, as an RFC 6902 patch. Of the first event everything is new: its patch is to an empty object.
nlohmann::json patch_of(const StreamState& before, const StreamState& after);

// What a step changes at one place of the state, as compact JSON: a place that is new has no `before`, one that is gone no `after`.
struct Change {
  std::string path;  // a JSON Pointer
  std::optional<std::string> before, after;
};

struct Step {
  const RecordedEvent* event = nullptr;  // of the walk
  std::vector<Change> changes;
  std::string patch;                     // the same as JSON
  bool touches = true;                   // what is watched

  std::uint64_t version() const { return event->sequence; }
};

// A stream step by step, from any of its versions on. Going one step forward costs what changes, going elsewhere a fold from the beginning.
class Walk {
 public:
  // All events of a stream, from the first on. The sentence says why they are none.
  static Result<Walk, std::string> begin(std::vector<RecordedEvent> events);

  const std::vector<RecordedEvent>& events() const { return events_; }
  const StreamId& stream() const { return events_.front().stream; }
  std::uint64_t last_version() const { return events_.size(); }
  std::uint64_t version() const { return state_.version(); }      // that it stands at; 0: before the first event
  const nlohmann::json& state() const { return *document_; }      // there

  // Only steps that change something at this path, or within or around it, touch; without one all do.
  void watch(std::optional<Path> path) { watched_ = std::move(path); }

  // The next event, which there must be. The sentence says why the present code cannot follow it; then the walk stands where it stood.
  Result<Step, std::string> forward();
  // Stands at that version, at most the last. The sentence is that of the event that cannot be followed; then it stands before it.
  Result<void, std::string> go_to(std::uint64_t version);

 private:
  Walk(std::vector<RecordedEvent> events, const StreamKind& kind);
  Result<std::vector<std::string>, std::string> watched_places() const;
  std::vector<Change> take(const nlohmann::json& patch);

  std::vector<RecordedEvent> events_;
  const StreamKind* kind_;
  StreamState state_;
  std::shared_ptr<nlohmann::json> document_;  // of the state; no other shares it
  std::optional<Path> watched_;
};

// Where the answer to a question turned, from a version on; before the first event it is no.
struct Turn {
  std::uint64_t version = 0;
  bool yes = false;
};
// Looks at every version, because an answer may turn more than once. `last` is the last version to look at.
Result<std::vector<Turn>, std::string> turns(Walk& walk, const Expression& question, std::uint64_t last);

}  // namespace ledger::replay
