#include "http/past/event_patches.hpp"

#include <map>
#include <utility>

#include "domain/json.hpp"
#include "domain/replay/stream_state.hpp"
#include "http/past/past.hpp"
#include "http/past/shown_state.hpp"
#include "projections/snapshots/snapshots.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// The state that an event of this version met: some events on from `state`, or from a snapshot when that is nearer. Throws Unreadable.
StreamState state_before(StreamState state, const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t version) {
  if (version - state.version() > projections::kSnapshotEvery) {
    return past_state(app, workspace, stream, {.at_version = version - 1}).value_or(StreamState::empty(state.kind()));
  }
  if (state.version() + 1 == version) return state;
  for (const auto& event : app.history->stream_at(workspace, stream, {.at_version = version - 1}, state.version() + 1)) apply_next(state, event.event);
  return state;
}

}  // namespace

std::vector<json> event_patches(const App& app, const std::string& workspace, std::span<const Audited> events) {
  std::map<StreamId, std::map<std::uint64_t, std::size_t>> wanted;   // by stream and version: which of the events
  for (std::size_t n = 0; n < events.size(); ++n) wanted[events[n].event.event.stream][events[n].event.event.sequence] = n;
  std::vector<json> patches(events.size());
  for (const auto& [stream, versions] : wanted) {
    const auto* const kind = find_stream_kind(stream.kind);
    if (kind == nullptr) continue;
    auto state = StreamState::empty(*kind);
    try {
      for (const auto& [version, n] : versions) {
        state = state_before(std::move(state), app, workspace, stream, version);
        const auto before = state;
        apply_next(state, events[n].event.event);
        patches[n] = shown_patch(before, state);
      }
    } catch (const Unreadable&) {   // so are the later ones
    }
  }
  return patches;
}

}  // namespace ledger::http
