#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "domain/recorded_event.hpp"
#include "domain/replay/stream_kind.hpp"
#include "domain/result.hpp"

namespace ledger {

// The state of a stream, whatever its kind: what the kind's own `evolve` made of its events. A value: copies do not change with each other; copying
// costs what a copy of the kind's state does.
class StreamState {
 public:
  // Of a stream that has no events yet.
  static StreamState empty(const StreamKind& kind);
  // What to_json wrote. The sentence says why it cannot be read.
  static Result<StreamState, std::string> from_json(const StreamKind& kind, const nlohmann::json& json);

  StreamState(const StreamState& other);
  StreamState& operator=(const StreamState& other);
  StreamState(StreamState&& other) noexcept;
  StreamState& operator=(StreamState&& other) noexcept;
  ~StreamState();

  const StreamKind& kind() const { return *kind_; }
  std::uint64_t version() const;  // of the stream: the number of its events
  bool exists() const { return version() > 0; }

  // The stream's next event. The sentence says why it is none, or cannot be read; then the state stays what it was.
  Result<void, std::string> apply(const RecordedEvent& event);

  // All of it: from_json reads it back. What grows with the stream stands under numbers in objects, so that nothing moves when something is added.
  nlohmann::json to_json() const;

  // Of the same stream, at different versions.
  friend nlohmann::json patch_between(const StreamState& before, const StreamState& after);
  friend bool operator==(const StreamState& a, const StreamState& b);

 private:
  StreamState(const StreamKind& kind, std::unique_ptr<HeldState> state);

  const StreamKind* kind_;
  std::unique_ptr<HeldState> state_;
};

// The RFC 6902 patch that makes of one's JSON the other's. Takes as long as what differs, where the states have the rest in common.
nlohmann::json patch_between(const StreamState& before, const StreamState& after);

}  // namespace ledger
