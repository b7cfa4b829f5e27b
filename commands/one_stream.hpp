#pragma once

#include <string>
#include <utility>
#include <vector>

#include "commands/caller.hpp"
#include "commands/folds.hpp"
#include "commands/proposal.hpp"
#include "commands/verdict.hpp"

namespace ledger {

// A decision on one stream's own state: the shape of most proposals. What else it must know, `decide_on` brings along.
template <class State, class Event, class Decide, class Encode, class Tags>
Proposal on_stream(LogTopic topic, const std::string& partition_key, const Fold& fold, const StreamId& stream, const Caller& caller, Decide decide_on, Encode encode,
                   Tags tags_of) {
  Proposal proposal = proposal_of(caller, partition_key, stream);
  proposal.topic = topic;
  proposal.reads.push_back(folds::of_stream(fold, partition_key, stream));
  proposal.decide = [=](const std::vector<Seen>& seen) -> Verdict {
    if (auto wrong = check_meta(caller.meta())) return tl::unexpected(std::move(*wrong));
    if (seen.front().version > 0) {
      if (auto stale = check_expected(seen.front().version, caller.expected)) return tl::unexpected(std::move(*stale));
    }
    return to_verdict(Decision<Event>(decide_on(seen.front().as<State>())), encode, tags_of);
  };
  return proposal;
}

}  // namespace ledger
