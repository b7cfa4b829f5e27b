#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// A dump: streams of one workspace as NDJSON, one line each for the beginning, every event, the end of every stream, and the end. docs/replay.md
// has the format with an example.
namespace ledger::dump {

struct Place {
  std::string topic;
  std::int32_t partition = 0;
  std::uint64_t height = 0;

  bool operator==(const Place&) const = default;
};

// The first line.
struct Beginning {
  std::string ledger;             // its UUID
  std::string workspace;          // the id
  Timestamp exported_at{};
  std::vector<Place> places = {};      // how far the log had been read

  bool operator==(const Beginning&) const = default;
};

// An event, verbatim but for the hashes of its command: those are keyed with a secret of the ledger that it was exported from. Those of one stream
// stand together, in its order.
struct Change {
  RecordedEvent event;
  std::optional<std::string> patch = {};   // JSON: what it did to the state (replay/walk.hpp, patch_of), as RFC 6902 says it

  bool operator==(const Change&) const = default;
};

// Behind the last event of a stream.
struct StreamEnd {
  StreamId stream;
  std::uint64_t version = 0;
  std::optional<std::string> state_sha256 = {};   // of the state's canonical JSON, in hexadecimal; nothing when the program that exported it could not read it

  bool operator==(const StreamEnd&) const = default;
};

// The last line: a dump without it was cut off.
struct End {
  std::uint64_t streams = 0, events = 0;

  bool operator==(const End&) const = default;
};

using Line = std::variant<Beginning, Change, StreamEnd, End>;

// Without the line feed.
std::string to_text(const Line& line);
// The sentence says what is wrong with it.
Result<Line, std::string> parse(std::string_view text);

}  // namespace ledger::dump
