#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

namespace ledger {

class HeldState;

// What the second part of a kind's streams' names is.
enum class StreamIds : std::uint8_t { uuids, words };

// A kind of streams, with what is asked of streams whatever their kind: by the history, by replay, by whoever shows them.
struct StreamKind {
  std::string_view name;                          // the first part of its streams' names
  StreamIds ids = StreamIds::uuids;
  std::vector<const char*> named_by;              // by what people name one: where that stands in the state's JSON
  std::string (*in_words)(const RecordedEvent&);  // see below
  std::vector<std::string> (*event_types)();      // that this program writes
  // The event as this program writes it: older versions of its schema lifted. The sentence says why it cannot be read.
  Result<EncodedEvent, std::string> (*rewrite)(std::string_view type, std::string_view data);
  std::unique_ptr<HeldState> (*no_state)();  // of a stream without events; through StreamState
};

// All kinds that there are.
std::span<const StreamKind> stream_kinds();
// Null when there is no such kind.
const StreamKind* find_stream_kind(std::string_view name);
// Their names, for a sentence.
std::string stream_kind_names();

// What a stored event changed, in words, of every kind. Of an event that cannot be read, because a newer program wrote it, the type.
std::string in_words(const RecordedEvent& event);

}  // namespace ledger
