#include "commands/checkpoint/commands.hpp"

namespace ledger::checkpoint {
namespace {

tl::unexpected<Rejection> refuse(Code code, std::string detail) { return tl::unexpected(Rejection{code, std::move(detail), {}}); }

}  // namespace

Decision<Event> decide(const State& state, const Sign& command, std::string_view actor) {
  const Signed& last = state.last;
  if (actor != kSigner) return refuse(Code::forbidden, "only the ledger itself signs checkpoints");
  if (command.checkpoint == last) return std::nullopt;
  if (command.checkpoint.size <= last.size) {
    return refuse(Code::wrong_state, "its first " + std::to_string(last.size) + " records are signed: a checkpoint is of more");
  }
  if (command.continues_size != last.size || command.continues_root != last.root) {
    return refuse(Code::wrong_state, "it continues a checkpoint of " + std::to_string(command.continues_size) + " records, and the last is another, of " +
                                         std::to_string(last.size));
  }
  return Event{command.checkpoint};
}

}  // namespace ledger::checkpoint
