#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/access/role.hpp"
#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// A key to the API. Its secret is in no event, only the secret's SHA-256. Stream `api-key/<id>`. The structs are the
// stored format.
namespace ledger::api_key {

inline constexpr std::string_view kStreamKind = "api-key";

struct Created {
  std::string public_id;  // what people call the key by
  std::string name;
  std::string secret_sha256;  // 64 lower-case hexadecimal digits
  std::string workspace;      // the id
  access::Role role = access::Role::viewer;
  std::string actor;  // on whose behalf its commands are recorded: `api-key/<id>` unless set otherwise

  bool operator==(const Created&) const = default;
};

struct Revoked {
  bool operator==(const Revoked&) const = default;
};

using Event = std::variant<Created, Revoked>;

struct State {
  std::uint64_t version = 0;  // of the stream
  std::string public_id;
  std::string name;
  std::string secret_sha256;
  std::string workspace;
  access::Role role = access::Role::viewer;
  std::string actor;
  std::string author;
  Timestamp created_at{};
  std::optional<Timestamp> revoked_at;

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::api_key
