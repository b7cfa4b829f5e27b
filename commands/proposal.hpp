#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "commands/rejection.hpp"
#include "commands/topics.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"
#include "log/record.hpp"

namespace ledger {

// A state that a fold made, never changed once made; who holds it need not know its type.
using StatePtr = std::shared_ptr<const void>;

// A way to read events: what a stream's events, or the events under a tag, add up to. Pure.
struct Fold {
  std::string_view name;                                                                     // `prompt`, `prompt-name`
  StatePtr (*initial)(std::string_view read_name);                                           // before any event
  Result<StatePtr, std::string> (*apply)(const StatePtr& before, const RecordedEvent& event);
};

// One thing that a decision reads, by its name: a stream (`prompt/<id>`) or a tag (`prompt-name/<category>/<name>`).
struct Read {
  enum class By : std::uint8_t { stream, tag };
  const Fold* fold = nullptr;
  By by = By::stream;
  std::string name;
  std::string partition_key;     // only events under this key: names of other workspaces in the same partition are not ours

  bool matches(const RecordedEvent& event) const;
  bool operator==(const Read&) const = default;
};

// What the reads of a proposal came to, in its order.
struct Seen {
  StatePtr state;
  std::uint64_t version = 0;     // of the last event of the stream read; for a tag the number of its events

  template <class State>
  const State& as() const {
    return *static_cast<const State*>(state.get());
  }
};

// An event as its decider made it; the writer adds the envelope.
struct Draft {
  std::string type;
  std::string data;              // JSON
  std::vector<std::string> tags;
  std::optional<Timestamp> occurred_at = {};   // when the decision says when it happened; else the proposal does
  // Of an event that was recorded before, elsewhere or here: which one it is, and when that was. Else it is a new one.
  struct Restored {
    std::string event_id;
    Timestamp first_recorded_at{};
  };
  std::optional<Restored> restored = {};
};

// At most one event; none when what was asked for is already so.
using Verdict = Result<std::optional<Draft>, Rejection>;

// Keyed hashes of an idempotency key and of the body that came with it. The key's scope is (workspace, partition key).
struct CommandKey {
  std::string id;
  std::string digest;
  // The caller sent none: this one is fresh and known to nobody, so that nothing is looked up for it and nothing held back. It serves an
  // inquiry about the command when its outcome stays open.
  bool made_by_server = false;
  // Somebody else waits for its outcome and may ask for it elsewhere: it is never decided a second time by itself, as with a caller's key.
  bool once = false;
};

// A command, ready for any partition writer: what it reads, how it decides, who asks.
struct Proposal {
  LogTopic topic = LogTopic::prompts;
  log::PartitionId partition;                                  // of the key in the topic; filled in by CommandSide
  std::string partition_key;
  StreamId stream;                                             // where its event goes
  std::vector<Read> reads;                                     // the first is the stream's own state
  // Further reads that only the first ones can name: whose a name is that the prompt itself knows. Pure; may be empty.
  std::function<std::vector<Read>(const std::vector<Seen>&)> reads_then;
  std::function<Verdict(const std::vector<Seen>&)> decide;     // sees both, in order. Pure; may run again when a race was lost
  Meta meta;                                                   // recorded_at is set by the writer, and event_id, unless the draft is of a restored event
  std::optional<Timestamp> occurred_at;                        // absent: when it is recorded
  std::optional<CommandKey> key;
  std::string traceparent;
  // False: it was given on already, or could not be, and is decided here whoever has the partition: never answered `moved`.
  bool movable = true;
  // When it comes from somebody who waits no longer, and may then have it decided elsewhere. Else the command side has a bound of its own.
  std::optional<std::chrono::steady_clock::time_point> decide_by;
  std::size_t bytes = 0;                                       // about what it holds in memory: queues are bounded by it
};

// Asks what became of the command with a key: GET /commands/{token}.
struct Inquiry {
  log::PartitionId partition;
  std::string partition_key;
  std::string command_id;
};

// Stored, or already so. What is said here is in effect for ever.
struct Accepted {
  log::Position position;                     // of the event; when nothing was written, the height that was decided on
  StreamId stream;
  std::uint64_t version = 0;                  // of the stream
  StatePtr state;                             // the stream's state then; empty on a replayed answer
  std::optional<RecordedEvent> event;         // absent when it was already so
  bool replayed = false;                      // the first answer to this idempotency key, given again
};

// Nothing was written, and nothing will be.
struct NotStored {
  enum class Why : std::uint8_t { overloaded, history_away, history_behind, lost_race, log_away, unreadable, halted, stopping, moved, unfit_log };
  Why why = Why::overloaded;
  std::string detail;
  std::uint32_t retry_after_ms = 1000;
};
std::string_view to_text(NotStored::Why why);

// Nobody can know yet; an inquiry will.
struct Open {};

// To an inquiry only: no command with that key counts up to this position, and none that was sent before will.
struct Absent {
  log::Position position;
};

using Outcome = std::variant<Accepted, Rejection, NotStored, Open, Absent>;

}  // namespace ledger
