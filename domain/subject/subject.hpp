#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// Somebody whose personal text is sealed under a key of their own, until it is erased. Stream `subject/<pseudonym>`: the name is in no event. The
// structs are the stored format.
namespace ledger::subject {

inline constexpr std::string_view kStreamKind = "subject";

// A key, told apart from all others by a digest that says nothing about it.
struct KeyPrint {
  std::string id;
  std::string fingerprint;  // base64url of 32 bytes

  bool operator==(const KeyPrint&) const = default;
};

// From here on nobody can read what was sealed under these keys: whoever keeps them deletes them.
struct Erased {
  std::vector<KeyPrint> keys;  // at least one
  std::string receipt;         // base64url of a SHA-256 over whose and which keys: docs/sealed-text.md

  bool operator==(const Erased&) const = default;
};

using Event = std::variant<Erased>;

struct Erasure {
  Erased erased;
  std::string event_id;
  std::string actor;
  std::optional<std::string> reason;
  Timestamp at{};

  bool operator==(const Erasure&) const = default;
};

struct State {
  std::uint64_t version = 0;  // of the stream
  std::string workspace;
  std::vector<Erasure> erasures;

  bool exists() const { return version > 0; }
  bool has_erased(std::string_view key_id) const;
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::subject
