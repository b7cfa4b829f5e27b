#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

namespace ledger::app {

// Which time of an event is meant.
enum class EventClock : std::uint8_t { recorded, occurred };

// A place in a stream as a person names it: a version, a time of RFC 3339, or a day, which stands for its beginning in UTC.
struct StreamPlace {
  std::optional<std::uint64_t> version = {};
  Timestamp time{};   // when there is no version

  static Result<StreamPlace, std::string> parse(const std::string& text);
};

// The version that the stream had there: of a time that of the longest beginning whose events are all at or before it; 0 when there is none.
std::uint64_t version_at(const std::vector<RecordedEvent>& events, const StreamPlace& place, EventClock clock);
// The first that came at or behind it; one more than there are when none did.
std::uint64_t version_from(const std::vector<RecordedEvent>& events, const StreamPlace& place, EventClock clock);

}  // namespace ledger::app
