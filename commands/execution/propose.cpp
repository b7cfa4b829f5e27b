#include "commands/execution/propose.hpp"

#include <stdexcept>
#include <utility>

#include "commands/folds.hpp"
#include "commands/verdict.hpp"
#include "domain/execution/codec.hpp"

namespace ledger::execution {
namespace {

Timestamp moment_said_by(const Caller& caller) {
  if (!caller.occurred_at) throw std::logic_error("a command on an execution must say when it happens");
  return *caller.occurred_at;
}

// The part that all of them share: `decide_on` gets the stream's state.
template <class Decide>
Proposal on_execution(const std::string& id, const Caller& caller, Decide decide_on) {
  const StreamId stream{std::string(kStreamKind), id};
  Proposal proposal = proposal_of(caller, partition_key(id), stream);
  proposal.topic = LogTopic::executions;
  proposal.reads.push_back(folds::of_stream(folds::execution, proposal.partition_key, stream));
  proposal.decide = [caller, decide_on = std::move(decide_on)](const std::vector<Seen>& seen) -> Verdict {
    if (auto wrong = check_meta(caller.meta())) return tl::unexpected(std::move(*wrong));
    const State& state = seen.front().as<State>();
    if (state.exists()) {
      if (auto stale = check_expected(state.version, caller.expected)) return tl::unexpected(std::move(*stale));
    }
    return to_verdict(Decision<Event>(decide_on(state)), encode, tags_of);
  };
  return proposal;
}

template <class Command>
Proposal drive(const std::string& id, Command command, const Caller& caller) {
  const Timestamp at = moment_said_by(caller);
  return on_execution(id, caller, [command = std::move(command), at, workspace = caller.workspace](const State& state) {
    return decide(state.workspace == workspace ? state : State{}, command, at);
  });
}

}  // namespace

std::string partition_key(const std::string& execution_id) { return "execution/" + execution_id; }

Proposal propose(const std::string& execution_id, Record command, RecordContext context, const Caller& caller) {
  const Timestamp at = moment_said_by(caller);
  if (command.request.request_id.empty()) command.request.request_id = execution_id;
  const Timestamp moment = moment_of(command, at);
  Proposal proposal = on_execution(execution_id, caller, [command = std::move(command), context, at, workspace = caller.workspace](const State& state) -> Decision<Event> {
    if (state.exists() && state.workspace != workspace) return tl::unexpected(Rejection{Code::already_exists, "this id is in use", {}});
    return decide(state, command, context, at);
  });
  proposal.occurred_at = moment;
  return proposal;
}

Proposal propose(const std::string& execution_id, Start command, const Caller& caller) { return drive(execution_id, command, caller); }
Proposal propose(const std::string& execution_id, Complete command, const Caller& caller) { return drive(execution_id, std::move(command), caller); }
Proposal propose(const std::string& execution_id, Fail command, const Caller& caller) { return drive(execution_id, std::move(command), caller); }
Proposal propose(const std::string& execution_id, Cancel command, const Caller& caller) { return drive(execution_id, command, caller); }
Proposal propose(const std::string& execution_id, Validate command, const Caller& caller) { return drive(execution_id, std::move(command), caller); }
Proposal propose(const std::string& execution_id, AppendLog command, const Caller& caller) { return drive(execution_id, std::move(command), caller); }

}  // namespace ledger::execution
