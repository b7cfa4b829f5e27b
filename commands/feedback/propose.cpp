#include "commands/feedback/propose.hpp"

#include "commands/derived_id.hpp"
#include "commands/feedback/streams.hpp"
#include "commands/folds.hpp"
#include "commands/one_stream.hpp"

namespace ledger {

StreamId feedback::stream_of(std::string_view workspace, std::string_view request_id) {
  return {std::string(kStreamKind), derived_id("feedback", {workspace, request_id})};
}

Proposal feedback::propose(const GiveFeedback& command, const std::optional<Origin>& origin, const Caller& caller) {
  const StreamId stream = stream_of(caller.workspace, command.request_id);
  const GiveContext context{caller.actor, origin};
  const auto decide_on = [=](const State& state) { return decide(state, command, context); };
  return on_stream<State, Event>(LogTopic::feedback, stream.text(), folds::feedback, stream, caller, decide_on, encode, tags_of);
}

Proposal judge_score::propose(const std::string& id, const GiveScores& command, const GiveContext& context,
                              const Caller& caller) {
  const StreamId stream{std::string(kStreamKind), id};
  const auto decide_on = [=](const State& state) { return decide(state, command, context); };
  return on_stream<State, Event>(LogTopic::feedback, stream.text(), folds::judge_score, stream, caller, decide_on, encode, tags_of);
}

Proposal security_scan::propose(const std::string& id, const RecordScan& command, const Caller& caller) {
  const StreamId stream{std::string(kStreamKind), id};
  const auto decide_on = [=](const State& state) { return decide(state, command); };
  return on_stream<State, Event>(LogTopic::feedback, stream.text(), folds::security_scan, stream, caller, decide_on, encode, tags_of);
}

}  // namespace ledger
