#include "commands/feedback/propose.hpp"

#include <utility>

#include "commands/derived_id.hpp"
#include "commands/feedback/streams.hpp"
#include "commands/folds.hpp"
#include "commands/verdict.hpp"

namespace ledger {
namespace {

// The part that all of them share: a decision on one stream's own state.
template <class State, class Event, class Decide, class Encode, class Tags>
Proposal on_stream(const Fold& fold, const StreamId& stream, const Caller& caller, Decide decide_on, Encode encode,
                   Tags tags_of) {
  const std::string key = stream.text();
  Proposal proposal = proposal_of(caller, key, stream);
  proposal.topic = LogTopic::feedback;
  proposal.reads.push_back(folds::of_stream(fold, key, stream));
  proposal.decide = [=](const std::vector<Seen>& seen) -> Verdict {
    if (auto wrong = check_meta(caller.meta())) return tl::unexpected(std::move(*wrong));
    if (seen.front().version > 0) {
      if (auto stale = check_expected(seen.front().version, caller.expected)) return tl::unexpected(std::move(*stale));
    }
    return to_verdict(Decision<Event>(decide_on(seen.front().as<State>())), encode, tags_of);
  };
  return proposal;
}

}  // namespace

StreamId feedback::stream_of(std::string_view workspace, std::string_view request_id) {
  return {std::string(kStreamKind), derived_id("feedback", {workspace, request_id})};
}

Proposal feedback::propose(const GiveFeedback& command, const std::optional<Origin>& origin, const Caller& caller) {
  const StreamId stream = stream_of(caller.workspace, command.request_id);
  const GiveContext context{caller.actor, origin};
  const auto decide_on = [=](const State& state) { return decide(state, command, context); };
  return on_stream<State, Event>(folds::feedback, stream, caller, decide_on, encode, tags_of);
}

Proposal judge_score::propose(const std::string& id, const GiveScores& command, const GiveContext& context,
                              const Caller& caller) {
  const StreamId stream{std::string(kStreamKind), id};
  const auto decide_on = [=](const State& state) { return decide(state, command, context); };
  return on_stream<State, Event>(folds::judge_score, stream, caller, decide_on, encode, tags_of);
}

Proposal security_scan::propose(const std::string& id, const RecordScan& command, const Caller& caller) {
  const StreamId stream{std::string(kStreamKind), id};
  const auto decide_on = [=](const State& state) { return decide(state, command); };
  return on_stream<State, Event>(folds::security_scan, stream, caller, decide_on, encode, tags_of);
}

}  // namespace ledger
