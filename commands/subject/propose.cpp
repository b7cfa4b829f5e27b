#include "commands/subject/propose.hpp"

#include "commands/folds.hpp"
#include "commands/verdict.hpp"
#include "domain/partition_key.hpp"

namespace ledger::subject {

Proposal propose(const std::string& subject, Erase command, const std::vector<KeyPrint>& keys, const Caller& caller) {
  const StreamId stream{std::string(kStreamKind), subject};
  const std::string key = workspace_partition_key(caller.workspace);
  Proposal proposal = proposal_of(caller, key, stream);
  proposal.reads.push_back(folds::of_stream(folds::subject, key, stream));
  const EraseContext context{caller.workspace, subject, keys};
  proposal.decide = [caller, command, context](const std::vector<Seen>& seen) -> Verdict {
    if (auto wrong = check_meta(caller.meta())) return tl::unexpected(std::move(*wrong));
    const State& state = seen.front().as<State>();
    if (state.exists()) {
      if (auto stale = check_expected(state.version, caller.expected)) return tl::unexpected(std::move(*stale));
    }
    return to_verdict(decide(state, command, context), encode, tags_of);
  };
  return proposal;
}

}  // namespace ledger::subject
