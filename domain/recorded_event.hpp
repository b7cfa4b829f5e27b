#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/result.hpp"
#include "domain/time.hpp"

namespace ledger {

// A stream's name: its kind and an id that is unique within the kind. In text `prompt/0190…`.
struct StreamId {
  std::string kind;
  std::string id;

  std::string text() const { return kind + "/" + id; }
  // Nothing unless there is exactly a kind, a slash and an id, both non-empty.
  static std::optional<StreamId> parse(std::string_view text);

  auto operator<=>(const StreamId&) const = default;
};

// Who did it, where, when and why: what every fact carries beside itself, and all that evolve may know of the world.
struct Meta {
  std::string event_id;               // UUIDv7
  std::string workspace;              // UUID of the workspace; "root" for what belongs to none (access)
  std::string actor;                  // an id: `api-key/<uuid>`, or what an import says
  std::string correlation_id;         // the request that caused it
  std::string causation_id;           // the event that caused it; empty when a request did
  std::optional<std::string> reason;  // in the words of the actor
  Timestamp occurred_at{};            // when it happened
  Timestamp recorded_at{};            // when it was recorded; rises strictly within a partition

  bool operator==(const Meta&) const = default;
};

// A fact as the log holds it: the envelope's fields, and the data still as JSON text (its unit's codec reads it).
struct RecordedEvent {
  std::string type;  // promptledger.prompt.created.v1
  StreamId stream;
  std::uint64_t sequence = 0;  // the stream's version after it, from 1
  Meta meta;
  std::vector<std::string> tags;  // further names it is found by, parts percent-encoded: prompt-name/<category>/<name>
  std::string data;               // JSON, without `reason` (that is in meta)
  std::string partition_key;
  std::string command_id;      // HMAC of the idempotency key; empty without one
  std::string command_digest;  // HMAC of the command's body; empty without a key
  std::string traceparent;     // W3C trace context of the request; empty without one
  std::optional<Timestamp> first_recorded_at;  // of an event that was restored from a dump: when it was recorded first

  bool operator==(const RecordedEvent&) const = default;
};

// Headers of a log record, in any order. The same type as the log's, spelled out: neither folder knows the other.
using EventHeaders = std::vector<std::pair<std::string, std::string>>;

struct SealedEvent {
  EventHeaders headers;  // every CloudEvents header but those of the link (linkversion, height, prevhash, hash, writer)
  std::string value;     // the data as JSON, `reason` added
};

// The CloudEvents 1.0 envelope, Kafka binding in binary mode (docs/log-format.md). seal and open are each other's
// inverse.
SealedEvent seal(const RecordedEvent& event);
// The sentence says what is missing or malformed.
Result<RecordedEvent, std::string> open(const EventHeaders& headers, std::string_view value);

}  // namespace ledger
