#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// What operators ask of a projection, and what came of it. Stream `projection/<name>`, in the workspace that looks after the ledger. The structs are
// the stored format.
namespace ledger::projection {

inline constexpr std::string_view kStreamKind = "projection";

// A record of the log by its position, as events name it.
struct Place {
  std::string topic;
  std::int32_t partition = 0;
  std::uint64_t height = 0;

  auto operator<=>(const Place&) const = default;
};

// The event that a parked stream waits behind.
struct Parked {
  Place place;
  std::string stream;           // prompt/<id>
  std::uint64_t sequence = 0;   // of the stream; 0 when the event's envelope cannot be read
  std::string error;            // why it could not be applied

  bool operator==(const Parked&) const = default;
};

enum class Outcome : std::uint8_t {
  swapped,    // the new model has taken the old one's place
  refused,    // it has not: the two differ, or the log could not be read to the end
  cancelled,
  failed,     // the log or the database was away
};
inline constexpr std::array kOutcomes{Outcome::swapped, Outcome::refused, Outcome::cancelled, Outcome::failed};
std::string_view to_text(Outcome outcome);
std::optional<Outcome> parse_outcome(std::string_view text);

struct Paused {
  bool operator==(const Paused&) const = default;
};
struct Resumed {
  bool operator==(const Resumed&) const = default;
};
struct RebuildRequested {
  std::string rebuild;                  // UUID
  bool force = false;                   // swap also when the new model differs from the one in use
  std::int64_t max_records_per_s = 0;   // 0: as quickly as it goes

  bool operator==(const RebuildRequested&) const = default;
};
struct RebuildThrottled {
  std::string rebuild;
  std::int64_t max_records_per_s = 0;

  bool operator==(const RebuildThrottled&) const = default;
};
struct RebuildStarted {
  std::string rebuild;
  std::string node;                     // who builds

  bool operator==(const RebuildStarted&) const = default;
};
// It is to end without a swap.
struct RebuildCancelled {
  std::string rebuild;

  bool operator==(const RebuildCancelled&) const = default;
};
struct RebuildEnded {
  std::string rebuild = {};
  Outcome outcome = Outcome::failed;
  std::uint64_t records = 0;            // that count, applied to the new model
  std::int64_t duration_ms = 0;
  std::string detail = {};              // a sentence, when it was not swapped
  std::vector<std::string> different = {};   // tables that differ

  bool operator==(const RebuildEnded&) const = default;
};
// What is parked is to be tried once more.
struct ParkedRetried {
  Parked parked;

  bool operator==(const ParkedRetried&) const = default;
};
// The event is left out of the model for good, also when it is built anew; what comes after it in its stream goes on.
struct ParkedSkipped {
  Parked parked;

  bool operator==(const ParkedSkipped&) const = default;
};

using Event = std::variant<Paused, Resumed, RebuildRequested, RebuildThrottled, RebuildStarted, RebuildCancelled, RebuildEnded, ParkedRetried, ParkedSkipped>;

// Who did something, when, and why.
struct Deed {
  std::string actor;
  std::optional<std::string> reason;
  Timestamp at{};

  bool operator==(const Deed&) const = default;
};

struct Rebuild {
  RebuildRequested request;             // with the throttle as it is now
  Deed requested;
  std::string node = {};                // empty: nobody has begun yet
  std::optional<Timestamp> started_at = {};
  bool cancelled = false;
  std::optional<RebuildEnded> ended = {};
  std::optional<Timestamp> ended_at = {};

  bool operator==(const Rebuild&) const = default;
};

struct Skipped {
  Parked parked;
  Deed deed;

  bool operator==(const Skipped&) const = default;
};

struct State {
  std::uint64_t version = 0;            // of the stream
  std::optional<Deed> paused;
  std::optional<Rebuild> rebuild;       // the last one that was asked for
  std::vector<Skipped> skipped;         // in the order in which they were
  std::uint64_t tries = 0;              // how often what is parked was to be tried again, with an event left out or with none

  // A rebuild that was asked for and has not ended; else null.
  const Rebuild* open_rebuild() const;
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::projection
