#include "http/event_patches.hpp"

#include <map>
#include <optional>

#include "domain/json.hpp"
#include "domain/replay/stream_state.hpp"
#include "http/past.hpp"
#include "http/shown_state.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// False when an event cannot be read.
bool advance(StreamState& state, const App& app, const std::string& workspace, const StreamId& stream, std::uint64_t to_version) {
  if (state.version() == to_version) return true;
  for (const auto& event : read_stream(app, workspace, stream, {.from_version = state.version() + 1, .to_version = to_version, .recorded_until = {}, .limit = 500})) {
    if (!state.apply(event.event)) return false;
  }
  return state.version() == to_version;
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
    for (const auto& [version, n] : versions) {
      if (!advance(state, app, workspace, stream, version - 1)) break;
      const auto before = state;
      if (!state.apply(events[n].event.event)) break;
      patches[n] = shown_patch(before, state);
    }
  }
  return patches;
}

}  // namespace ledger::http
