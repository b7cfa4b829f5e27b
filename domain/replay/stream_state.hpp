#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <typeinfo>
#include <vector>

#include "domain/recorded_event.hpp"
#include "domain/replay/stream_kind.hpp"
#include "domain/result.hpp"

namespace ledger {

// Counts up whenever states look otherwise in JSON, or evolve makes others of the same events: what was stored of them is then no longer read.
inline constexpr int kStateShape = 1;

// One whole state's JSON of the parts that to_json_since made, each since the one before it, oldest first. Throws what nlohmann throws.
nlohmann::json join_states(const std::vector<nlohmann::json>& parts);

// Changes a state's JSON before it is compared.
using ChangeView = std::function<void(nlohmann::json&)>;

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

  // As the kind's own type. Throws std::logic_error when it is another kind's.
  template <class State>
  const State& get() const {
    return *static_cast<const State*>(value(typeid(State)));
  }

  // The stream's next event. The sentence says why it is none, or cannot be read; then the state stays what it was.
  Result<void, std::string> apply(const RecordedEvent& event);

  // All of it: from_json reads it back. What grows with the stream stands under numbers in objects, so that nothing moves when something is added.
  nlohmann::json to_json() const;

  // The same without what an earlier state of the stream holds already: enough to go on from, since `evolve` only adds to that, and `counts` of how much
  // there is of it. What was left out is empty in the state that from_json makes of it.
  nlohmann::json to_json_since(const StreamState& before) const;

  // Of the same stream, at different versions.
  friend nlohmann::json patch_between(const StreamState& before, const StreamState& after, const ChangeView& view);
  friend bool operator==(const StreamState& a, const StreamState& b);

 private:
  const void* value(const std::type_info& type) const;
  StreamState(const StreamKind& kind, std::unique_ptr<HeldState> state);

  const StreamKind* kind_;
  std::unique_ptr<HeldState> state_;
};

// The RFC 6902 patch that makes of one's JSON the other's, both as `view` leaves them. Takes as long as what differs, where the states have the rest in
// common: then `view` sees only that.
nlohmann::json patch_between(const StreamState& before, const StreamState& after, const ChangeView& view = {});

}  // namespace ledger
