#include "commands/checkpoint/propose.hpp"

#include <utility>

#include "commands/folds.hpp"
#include "commands/one_stream.hpp"
#include "domain/partition_key.hpp"

namespace ledger::checkpoint {

Proposal propose(Sign command, const Caller& caller) {
  const StreamId stream{std::string(kStreamKind), stream_id(command.checkpoint.log, command.checkpoint.partition)};
  const auto decide_on = [command = std::move(command), actor = caller.actor](const State& state) { return decide(state, command, actor); };
  return on_stream<State, Event>(LogTopic::prompts, std::string(kCheckpointPartitionKey), folds::checkpoint, stream, caller, decide_on, encode, tags_of);
}

}  // namespace ledger::checkpoint
