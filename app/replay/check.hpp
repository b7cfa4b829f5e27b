#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/recorded_event.hpp"

namespace ledger::app {

// Where the present code and a dump say different things of one stream: at its first event of which that is so.
struct Difference {
  std::uint64_t line = 0;              // of the dump
  StreamId stream;
  std::uint64_t version = 0;
  std::string event_id;                // empty: of which event, a dump without patches does not tell
  std::string type;
  std::string why;                     // the event cannot be followed now; else empty
  struct Place {
    std::string path;                  // a JSON Pointer
    std::optional<std::string> recorded, now;   // JSON; nothing: it is not there
  };
  std::vector<Place> places;           // at most kDifferentPlaces
};
inline constexpr std::size_t kDifferentPlaces = 20;

struct Checked {
  std::uint64_t streams = 0, events = 0;
  std::uint64_t different = 0;         // streams
  std::uint64_t unknown = 0;           // streams whose result whoever exported them could not tell
};

// Runs a dump's streams through the present code and tells of each that comes out otherwise. Throws std::runtime_error when it is no whole dump.
Checked check_dump(const std::string& path, const std::function<void(const Difference&)>& tell);

}  // namespace ledger::app
