#include "domain/replay/stream_state.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

#include "domain/json.hpp"
#include "domain/replay/held_state.hpp"

namespace ledger {

StreamState::StreamState(const StreamKind& kind, std::unique_ptr<HeldState> state) : kind_{&kind}, state_{std::move(state)} {}
StreamState::StreamState(const StreamState& other) : kind_{other.kind_}, state_{other.state_->copy()} {}
StreamState& StreamState::operator=(const StreamState& other) { return *this = StreamState{other}; }
StreamState::StreamState(StreamState&& other) noexcept = default;
StreamState& StreamState::operator=(StreamState&& other) noexcept = default;
StreamState::~StreamState() = default;

StreamState StreamState::empty(const StreamKind& kind) { return StreamState{kind, kind.no_state()}; }

Result<StreamState, std::string> StreamState::from_json(const StreamKind& kind, const nlohmann::json& json) {
  StreamState state = empty(kind);
  try {
    state.state_->read(json);
  } catch (const std::exception& error) {
    return tl::unexpected("no state of a stream of the kind " + std::string{kind.name} + ": " + error.what());
  }
  return state;
}

std::uint64_t StreamState::version() const { return state_->version(); }

Result<void, std::string> StreamState::apply(const RecordedEvent& event) {
  const auto refuse = [&](const std::string& why) { return tl::unexpected(event.stream.text() + ", version " + std::to_string(event.sequence) + ": " + why); };
  if (event.stream.kind != kind_->name) return refuse("it is no event of a stream of the kind " + std::string{kind_->name});
  if (event.sequence != version() + 1) return refuse("it does not follow version " + std::to_string(version()));
  if (const auto why = state_->apply(event)) return refuse(*why);
  return {};
}

const void* StreamState::value(const std::type_info& type) const {
  if (state_->type() != type) throw std::logic_error{"a state of another kind than " + std::string{kind_->name}};
  return state_->value();
}

nlohmann::json StreamState::to_json() const { return state_->json(); }

nlohmann::json StreamState::to_json_since(const StreamState& before) const { return state_->json_since(*before.state_); }

nlohmann::json join_states(const std::vector<nlohmann::json>& parts) {
  nlohmann::json whole = parts.back();
  const auto counts = whole.find("counts");
  if (counts == whole.end()) return whole;
  for (const auto& [member, count] : counts->items()) {
    for (const auto& part : parts) whole.at(member).update(part.at(member));
  }
  whole.erase("counts");
  return whole;
}

nlohmann::json patch_between(const StreamState& before, const StreamState& after, const ChangeView& view) {
  if (before.kind_ != after.kind_) throw std::logic_error{"a patch between states of two kinds"};
  auto [from, to] = before.state_->json_beside(*after.state_);
  if (view) {
    view(from);
    view(to);
  }
  return nlohmann::json::diff(from, to);
}

bool operator==(const StreamState& a, const StreamState& b) { return a.kind_ == b.kind_ && a.state_->equals(*b.state_); }

}  // namespace ledger
