#include "app/replay/check.hpp"

#include <utility>

#include "app/dump/reader.hpp"
#include "app/dump/writer.hpp"
#include "domain/json.hpp"
#include "domain/replay/stream_state.hpp"
#include "domain/replay/walk.hpp"

namespace ledger::app {
namespace {

using nlohmann::json;

std::vector<Difference::Place> places_between(const json& recorded, const json& now) {
  std::vector<Difference::Place> places;
  for (const auto& operation : json::diff(recorded, now)) {
    if (places.size() == kDifferentPlaces) break;
    Difference::Place place{.path = operation.at("path").get<std::string>(), .recorded = {}, .now = {}};
    const json::json_pointer at(place.path);
    if (recorded.contains(at)) place.recorded = recorded.at(at).dump();
    if (operation.contains("value")) place.now = operation.at("value").dump();
    places.push_back(std::move(place));
  }
  return places;
}

// One stream after the other, as they stand in the dump.
class Check {
 public:
  explicit Check(const std::function<void(const Difference&)>& tell) : tell_(tell) {}

  void take(const dump::Change& change, std::uint64_t line) {
    ++checked_.events;
    const RecordedEvent& event = change.event;
    if (event.sequence == 1) begin(event);
    if (told_) return;
    const Difference at{.line = line, .stream = event.stream, .version = event.sequence, .event_id = event.meta.event_id, .type = event.type, .why = {}, .places = {}};
    if (!state_) return tell(at, "this program knows no streams of this kind");
    const StreamState before = *state_;
    if (auto applied = state_->apply(event); !applied) return tell(at, applied.error());
    if (change.patch) compare(before, *change.patch, at);
  }

  void end(const dump::StreamEnd& end, std::uint64_t line) {
    ++checked_.streams;
    if (!end.state_sha256) ++checked_.unknown;
    if (told_ || !end.state_sha256 || state_sha256(*state_) == *end.state_sha256) return;
    tell({.line = line, .stream = end.stream, .version = end.version, .event_id = {}, .type = {}, .why = {}, .places = {}}, "its state is another one than was recorded");
  }

  const Checked& checked() const { return checked_; }

 private:
  void begin(const RecordedEvent& event) {
    told_ = false;
    recorded_patches_.clear();
    const auto* kind = find_stream_kind(event.stream.kind);
    state_ = kind ? std::optional(StreamState::empty(*kind)) : std::nullopt;
  }

  // What was recorded need not have been written down in the same way: only where the patches differ are the states put side by side.
  void compare(const StreamState& before, const std::string& recorded_patch, Difference at) {
    recorded_patches_.push_back(recorded_patch);
    const json recorded = json::parse(recorded_patch);
    if (recorded == replay::patch_of(before, *state_)) return;
    json was = json::object();
    try {
      for (const auto& patch : recorded_patches_) was.patch_inplace(json::parse(patch));
    } catch (const json::exception& broken) {
      return tell(std::move(at), std::string("the recorded patches do not fit each other: ") + broken.what());
    }
    at.places = places_between(was, state_->to_json());
    if (!at.places.empty()) tell(std::move(at), {});
  }

  void tell(Difference at, std::string why) {
    at.why = std::move(why);
    told_ = true;
    ++checked_.different;
    tell_(at);
  }

  const std::function<void(const Difference&)>& tell_;
  Checked checked_;
  std::optional<StreamState> state_;
  std::vector<std::string> recorded_patches_;   // of the present stream
  bool told_ = false;
};

}  // namespace

Checked check_dump(const std::string& path, const std::function<void(const Difference&)>& tell) {
  DumpReader reader(path);
  Check check(tell);
  while (const auto line = reader.next()) {
    if (const auto* change = std::get_if<dump::Change>(&*line)) check.take(*change, reader.line_number());
    if (const auto* end = std::get_if<dump::StreamEnd>(&*line)) check.end(*end, reader.line_number());
  }
  return check.checked();
}

}  // namespace ledger::app
