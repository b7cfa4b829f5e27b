#include "app/stream_name.hpp"

#include <stdexcept>
#include <utility>

#include "commands/restore/propose.hpp"
#include "domain/replay/stream_kind.hpp"

namespace ledger::app {

StreamId stream_named(const std::string& name) {
  auto stream = StreamId::parse(name);
  if (!stream) throw std::runtime_error("\"" + name + "\" is no stream: one is called like prompt/0190a1b2-0000-7000-8000-0000000000a1");
  if (!find_stream_kind(stream->kind)) throw std::runtime_error("there are no streams of the kind " + stream->kind);
  if (!restore::can_restore(stream->kind)) throw std::runtime_error("streams of the kind " + stream->kind + " are not exported");
  return *std::move(stream);
}

}  // namespace ledger::app
