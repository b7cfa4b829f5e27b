#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// The ledger's signatures under a partition's first records (docs/proof.md). Stream `checkpoint/<log>.<partition>`, one for each partition of each log
// topic. The structs are the stored format.
namespace ledger::checkpoint {

inline constexpr std::string_view kStreamKind = "checkpoint";

// From here on nobody can give these records another content, order or number without the key, or this event's disappearing.
struct Signed {
  std::string log;              // the last part of the topic's name: prompts, executions, feedback
  std::int32_t partition = 0;
  std::uint64_t size = 0;       // how many records, from the genesis
  std::string root;             // of their Merkle tree: base64url, 43 characters
  std::string note;             // the same as a C2SP checkpoint, with the signature

  bool operator==(const Signed&) const = default;
};

using Event = std::variant<Signed>;

// The last checkpoint.
struct State {
  std::uint64_t version = 0;    // of the stream
  std::string workspace;
  Signed last;
  Timestamp signed_at{};

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

// `<log>.<partition>`
std::string stream_id(std::string_view log, std::int32_t partition);

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::checkpoint
