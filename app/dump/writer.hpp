#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

#include "domain/dump/lines.hpp"
#include "domain/replay/stream_state.hpp"

namespace ledger::app {

// The SHA-256 of a state's canonical JSON, in hexadecimal.
std::string state_sha256(const StreamState& state);

// Writes a dump: the events that it is given, what the present code makes of them, and how it ends.
class DumpWriter {
 public:
  enum class Patches : bool { without, with };
  DumpWriter(std::ostream& out, Patches patches) : out_(out), patches_(patches) {}

  void begin(const dump::Beginning& beginning);
  // Those of one stream one after the other, from its first on.
  void event(RecordedEvent event);
  // How much it was. Throws std::runtime_error when it could not all be written.
  dump::End finish();
  // Streams that this program cannot read to their end; their events are in the dump all the same.
  std::uint64_t unreadable() const { return unreadable_; }

 private:
  void line(const dump::Line& line) { out_ << dump::to_text(line) << '\n'; }
  void end_stream();

  std::ostream& out_;
  const Patches patches_;
  std::optional<StreamId> stream_;        // the one that is being written
  std::uint64_t version_ = 0;
  std::optional<StreamState> state_;      // nothing once it could not be followed
  dump::End end_;
  std::uint64_t unreadable_ = 0;
};

}  // namespace ledger::app
