#include "commands/execution/propose.hpp"

#include <algorithm>
#include <utility>

#include "commands/folds.hpp"
#include "commands/verdict.hpp"
#include "domain/execution/codec.hpp"

namespace ledger::execution {
namespace {

// The part that all of them share: `decide_on` gets the stream's state, and says what is decided and when it happened.
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
    auto [decision, moment] = decide_on(state);
    Verdict verdict = to_verdict(std::move(decision), encode, tags_of);
    if (verdict && *verdict) (*verdict)->occurred_at = moment;
    return verdict;
  };
  return proposal;
}

using Decided = std::pair<Decision<Event>, Timestamp>;

Timestamp last_moment(const State& state) { return std::max({state.created_at, state.started_at.value_or(state.created_at), state.completed_at.value_or(state.created_at)}); }

template <class Command>
Proposal drive(const std::string& id, Command command, const Caller& caller, Timestamp now) {
  return on_execution(id, caller, [command = std::move(command), said = caller.occurred_at, now, workspace = caller.workspace](const State& found) -> Decided {
    static const State kNotThere;
    const State& state = found.workspace == workspace ? found : kNotThere;
    const Timestamp at = said.value_or(std::max(now, last_moment(state)));
    return {decide(state, command, at), at};
  });
}

}  // namespace

std::string partition_key(const std::string& execution_id) { return "execution/" + execution_id; }

Proposal propose(const std::string& execution_id, Record command, RecordContext context, const Caller& caller, Timestamp now) {
  const Timestamp at = caller.occurred_at.value_or(now);
  if (command.request.request_id.empty()) command.request.request_id = execution_id;
  return on_execution(execution_id, caller, [command = std::move(command), context, at, workspace = caller.workspace](const State& state) -> Decided {
    const bool of_another = state.exists() && state.workspace != workspace;
    if (of_another) return {tl::unexpected(Rejection{Code::already_exists, "this id is in use", {}}), at};
    return {decide(state, command, context, at), moment_of(command, at)};
  });
}

Proposal propose(const std::string& execution_id, Start command, const Caller& caller, Timestamp now) { return drive(execution_id, command, caller, now); }
Proposal propose(const std::string& execution_id, Complete command, const Caller& caller, Timestamp now) { return drive(execution_id, std::move(command), caller, now); }
Proposal propose(const std::string& execution_id, Fail command, const Caller& caller, Timestamp now) { return drive(execution_id, std::move(command), caller, now); }
Proposal propose(const std::string& execution_id, Cancel command, const Caller& caller, Timestamp now) { return drive(execution_id, command, caller, now); }
Proposal propose(const std::string& execution_id, Validate command, const Caller& caller, Timestamp now) { return drive(execution_id, std::move(command), caller, now); }
Proposal propose(const std::string& execution_id, AppendLog command, const Caller& caller, Timestamp now) { return drive(execution_id, std::move(command), caller, now); }

}  // namespace ledger::execution
