#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/prompt/events.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

namespace ledger::prompt {

inline constexpr std::string_view kStreamKind = "prompt";

// The label that is always there, on the newest version; derived, never stored.
inline constexpr std::string_view kLatestLabel = "latest";

// A version and how it came about.
struct Version {
  VersionNumber number = 0;
  ContentPtr content;
  std::string source;
  std::optional<VersionNumber> parent_version;
  std::string explanation;
  std::string change_log;
  std::optional<VersionNumber> rolled_back_to;  // it repeats this one's content
  std::string author;
  Timestamp created_at{};
  std::optional<std::string> reason;

  bool operator==(const Version& other) const;
};

// One move of a label; without a version its removal.
struct LabelMove {
  std::string label;
  std::optional<VersionNumber> version;
  Timestamp at{};
  std::string moved_by;
  std::optional<std::string> reason;

  bool operator==(const LabelMove&) const = default;
};

// What a label pointed to, from when to when. Without `until` it still does.
struct LabelPeriod {
  VersionNumber version = 0;
  Timestamp from{};
  std::string moved_by;
  std::optional<std::string> reason;
  std::optional<Timestamp> until;
  std::optional<std::string> ended_by;
  std::optional<std::string> end_reason;

  bool operator==(const LabelPeriod&) const = default;
};

// A prompt as its events make it; it does not hold its own id. Times are those of the events' occurrence. Copies are
// cheap: what grows with history is shared and never changes. Default-constructed it is the prompt that does not exist
// yet.
struct State {
  std::uint64_t version = 0;  // of the stream: the number of its events
  std::string workspace;
  Name name;
  std::string title;
  std::string description;
  Status status = Status::draft;
  std::vector<std::string> tags;
  std::map<std::string, VersionNumber, std::less<>> labels;  // without `latest`
  JsonText metadata{"{}"};
  std::vector<std::shared_ptr<const Version>>
      versions;  // number n stands at n - 1; shared with other copies of the state
  std::vector<std::shared_ptr<const LabelMove>> label_moves;  // in order; shared likewise
  std::string author;
  std::string request_id;
  std::optional<ForkedFrom> forked_from;
  Timestamp created_at{};
  Timestamp updated_at{};
  std::optional<Timestamp> published_at;  // of the last move to published
  std::optional<Timestamp> deleted_at;

  bool exists() const { return version > 0; }
  bool deleted() const { return deleted_at.has_value(); }
  VersionNumber latest() const { return static_cast<VersionNumber>(versions.size()); }

  // Null when there is none.
  const Version* find_version(VersionNumber number) const;
  // What the label points to; `latest` too.
  const Version* find_labelled(std::string_view label) const;

  bool operator==(const State& other) const;
};

// Oldest first.
std::vector<LabelPeriod> label_history(const State& state, std::string_view label);

// Applies history; never judges it.
State evolve(State state, const Event& event, const Meta& meta);

// The same from a stored event. The sentence says why it cannot be read.
Result<State, std::string> apply(State state, const RecordedEvent& event);

}  // namespace ledger::prompt
