#include "app/replay/moment.hpp"

#include <algorithm>
#include <charconv>

#include "domain/time.hpp"

namespace ledger::app {
namespace {

Timestamp time_of(const RecordedEvent& event, EventClock clock) { return clock == EventClock::recorded ? event.meta.recorded_at : event.meta.occurred_at; }

template <class Past>
std::uint64_t events_before(const std::vector<RecordedEvent>& events, Past is_past) {
  return static_cast<std::uint64_t>(std::ranges::find_if(events, is_past) - events.begin());
}

}  // namespace

Result<StreamPlace, std::string> StreamPlace::parse(const std::string& text) {
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (error == std::errc{} && end == text.data() + text.size()) return StreamPlace{.version = version};
  constexpr std::size_t kDay = std::string_view("2026-01-01").size();
  const auto time = parse_rfc3339(text.size() == kDay ? text + "T00:00:00Z" : text);
  if (!time) return tl::unexpected("\"" + text + "\" is no version, no time of RFC 3339 and no day");
  return StreamPlace{.time = *time};
}

std::uint64_t version_at(const std::vector<RecordedEvent>& events, const StreamPlace& place, EventClock clock) {
  if (place.version) return std::min<std::uint64_t>(*place.version, events.size());
  return events_before(events, [&](const RecordedEvent& event) { return time_of(event, clock) > place.time; });
}

std::uint64_t version_from(const std::vector<RecordedEvent>& events, const StreamPlace& place, EventClock clock) {
  if (place.version) return std::max<std::uint64_t>(*place.version, 1);
  return 1 + events_before(events, [&](const RecordedEvent& event) { return time_of(event, clock) >= place.time; });
}

}  // namespace ledger::app
