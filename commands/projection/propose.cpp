#include "commands/projection/propose.hpp"

#include <utility>

#include "commands/folds.hpp"
#include "commands/one_stream.hpp"
#include "domain/partition_key.hpp"

namespace ledger::projection {
namespace {

template <class Command, class... Context>
Proposal on_projection(const std::string& projection, Command command, const Caller& caller, Context... context) {
  const auto decide_on = [command = std::move(command), ... context = std::move(context)](const State& state) { return decide(state, command, context...); };
  return on_stream<State, Event>(LogTopic::prompts, std::string(kAccessPartitionKey), folds::projection, {std::string(kStreamKind), projection}, caller, decide_on, encode,
                                 tags_of);
}

}  // namespace

Proposal propose(const std::string& projection, Pause command, const Caller& caller) { return on_projection(projection, std::move(command), caller); }
Proposal propose(const std::string& projection, Resume command, const Caller& caller) { return on_projection(projection, command, caller); }
Proposal propose(const std::string& projection, RequestRebuild command, const Caller& caller) { return on_projection(projection, std::move(command), caller); }
Proposal propose(const std::string& projection, ThrottleRebuild command, const Caller& caller) { return on_projection(projection, command, caller); }
Proposal propose(const std::string& projection, CancelRebuild command, const Caller& caller) { return on_projection(projection, command, caller); }
Proposal propose(const std::string& projection, StartRebuild command, const Caller& caller) { return on_projection(projection, std::move(command), caller); }
Proposal propose(const std::string& projection, EndRebuild command, const Caller& caller) { return on_projection(projection, std::move(command), caller); }
Proposal propose(const std::string& projection, RetryParked command, ParkedContext context, const Caller& caller) {
  return on_projection(projection, command, caller, std::move(context));
}
Proposal propose(const std::string& projection, SkipParked command, ParkedContext context, const Caller& caller) {
  return on_projection(projection, std::move(command), caller, std::move(context));
}

}  // namespace ledger::projection
