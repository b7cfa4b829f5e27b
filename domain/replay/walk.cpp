#include "domain/replay/walk.hpp"

#include <algorithm>
#include <utility>

#include "domain/json.hpp"
#include "domain/json_path/location.hpp"

namespace ledger::replay {
namespace {

using nlohmann::json;

// Whether one JSON Pointer names what the other does, or something within it.
bool overlap(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return b.starts_with(a) && (a.size() == b.size() || b[a.size()] == '/');
}

// A place behind an array's end, which a patch calls -, by the index that it gets.
std::string place_of(std::string path, const json& document) {
  constexpr std::string_view kBehind = "/-";
  if (!path.ends_with(kBehind)) return path;
  const std::string parent = path.substr(0, path.size() - kBehind.size());
  const json& container = document.at(json::json_pointer(parent));
  return container.is_array() ? parent + "/" + std::to_string(container.size()) : path;
}

}  // namespace

json patch_of(const StreamState& before, const StreamState& after) { return before.exists() ? patch_between(before, after) : json::diff(json::object(), after.to_json()); }

Walk::Walk(std::vector<RecordedEvent> events, const StreamKind& kind)
    : events_(std::move(events)), kind_(&kind), state_(StreamState::empty(kind)), document_(std::make_shared<json>(json::object())) {}

Result<Walk, std::string> Walk::begin(std::vector<RecordedEvent> events) {
  if (events.empty()) return tl::unexpected<std::string>("the stream has no events");
  const auto& stream = events.front().stream;
  const auto* kind = find_stream_kind(stream.kind);
  if (!kind) return tl::unexpected("this program knows no streams of the kind " + stream.kind);
  for (std::size_t i = 0; i < events.size(); ++i) {
    if (events[i].stream != stream || events[i].sequence != i + 1) return tl::unexpected("version " + std::to_string(i + 1) + " of " + stream.text() + " is missing");
  }
  return Walk(std::move(events), *kind);
}

Result<Step, std::string> Walk::forward() {
  const RecordedEvent& event = events_[state_.version()];
  const auto before = watched_places();
  if (!before) return tl::unexpected(before.error());
  StreamState after = state_;
  if (auto applied = after.apply(event); !applied) return tl::unexpected(applied.error());
  const json patch = patch_of(state_, after);
  Step step{.event = &event, .changes = take(patch), .patch = patch.dump()};
  state_ = std::move(after);
  if (!watched_) return step;
  auto places = watched_places();
  if (!places) return tl::unexpected(places.error());
  places->insert(places->end(), before->begin(), before->end());
  step.touches = std::ranges::any_of(step.changes, [&](const Change& change) {
    return std::ranges::any_of(*places, [&](const std::string& place) { return overlap(change.path, place); });
  });
  return step;
}

Result<void, std::string> Walk::go_to(std::uint64_t version) {
  if (version < state_.version()) state_ = StreamState::empty(*kind_);
  Result<void, std::string> outcome;
  while (state_.version() < std::min<std::uint64_t>(version, events_.size())) {
    outcome = state_.apply(events_[state_.version()]);
    if (!outcome) break;
  }
  *document_ = state_.exists() ? state_.to_json() : json::object();
  return outcome;
}

Result<std::vector<std::string>, std::string> Walk::watched_places() const {
  std::vector<std::string> places;
  if (!watched_) return places;
  const auto nodes = watched_->select(*document_);
  if (!nodes) return tl::unexpected(nodes.error());
  for (const auto& node : *nodes) places.push_back(json_path::json_pointer(node.location));
  return places;
}

// One operation after the other, because each says what it does to what the ones before it have left. A diff has only these three.
std::vector<Change> Walk::take(const json& patch) {
  std::vector<Change> changes;
  changes.reserve(patch.size());
  for (const auto& operation : patch) {
    Change change{.path = place_of(operation.at("path").get<std::string>(), *document_), .before = {}, .after = {}};
    const bool adds = operation.at("op") == "add", removes = operation.at("op") == "remove";
    if (!adds) change.before = document_->at(json::json_pointer(change.path)).dump();
    if (!removes) change.after = operation.at("value").dump();
    document_->patch_inplace(json::array({operation}));
    changes.push_back(std::move(change));
  }
  return changes;
}

Result<std::vector<Turn>, std::string> turns(Walk& walk, const Expression& question, std::uint64_t last) {
  std::vector<Turn> found;
  bool answer = false;
  if (auto begun = walk.go_to(0); !begun) return tl::unexpected(begun.error());
  while (walk.version() < std::min(last, walk.last_version())) {
    if (const auto step = walk.forward(); !step) return tl::unexpected(step.error());
    const auto now = question.holds_in(walk.state());
    if (!now) return tl::unexpected("version " + std::to_string(walk.version()) + ": " + now.error());
    if (*now != answer) found.push_back({walk.version(), *now});
    answer = *now;
  }
  return found;
}

}  // namespace ledger::replay
