#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// A workspace: what prompts, keys and settings belong to. Stream `workspace/<id>`. The structs are the stored format.
namespace ledger::workspace {

inline constexpr std::string_view kStreamKind = "workspace";

struct Created {
  std::string name;  // unique in the ledger

  bool operator==(const Created&) const = default;
};

using Event = std::variant<Created>;

struct State {
  std::uint64_t version = 0;  // of the stream
  std::string name;
  std::string author;
  Timestamp created_at{};

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
// workspace-name/<name>, percent-encoded; names are never given up, so the tag's first event is their holder's.
std::string name_tag(std::string_view name);
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::workspace
