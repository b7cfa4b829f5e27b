#include "app/dump/writer.hpp"

#include <stdexcept>
#include <utility>

#include "domain/json.hpp"
#include "domain/replay/walk.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::app {

std::string state_sha256(const StreamState& state) { return crypto::to_hex(crypto::as_text(crypto::sha256(state.to_json().dump()))); }

void DumpWriter::begin(const dump::Beginning& beginning) { line(beginning); }

void DumpWriter::event(RecordedEvent event) {
  if (stream_ != event.stream) {
    end_stream();
    stream_ = event.stream;
    const auto* kind = find_stream_kind(event.stream.kind);
    state_ = kind ? std::optional(StreamState::empty(*kind)) : std::nullopt;
    if (!kind) ++unreadable_;
  }
  version_ = event.sequence;
  std::optional<std::string> patch;
  if (state_) {
    const auto before = patches_ == Patches::with ? state_ : std::nullopt;
    if (!state_->apply(event)) {
      state_.reset();
      ++unreadable_;
    } else if (before) {
      patch = replay::patch_of(*before, *state_).dump();
    }
  }
  ++end_.events;
  line(dump::Change{std::move(event), std::move(patch)});
}

void DumpWriter::end_stream() {
  if (!stream_) return;
  ++end_.streams;
  line(dump::StreamEnd{*stream_, version_, state_ ? std::optional(state_sha256(*state_)) : std::nullopt});
}

dump::End DumpWriter::finish() {
  end_stream();
  line(end_);
  if (!out_.flush()) throw std::runtime_error("the dump could not be written to its end");
  return end_;
}

}  // namespace ledger::app
