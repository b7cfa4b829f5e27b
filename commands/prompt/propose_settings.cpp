#include "commands/prompt/propose_settings.hpp"

#include <utility>

#include "commands/folds.hpp"
#include "commands/verdict.hpp"
#include "domain/partition_key.hpp"

namespace ledger::settings {

Proposal propose(ProtectLabel command, const Caller& caller) {
  const auto key = workspace_partition_key(caller.workspace);
  const StreamId stream{std::string(kStreamKind), caller.workspace};
  Proposal proposal = proposal_of(caller, key, stream);
  proposal.reads.push_back(folds::of_stream(folds::settings, key, stream));
  proposal.decide = [command = std::move(command), caller](const std::vector<Seen>& seen) -> Verdict {
    if (auto wrong = check_meta(caller.meta())) return tl::unexpected(std::move(*wrong));
    const State& state = seen.front().as<State>();
    if (auto stale = check_expected(state.version, caller.expected)) return tl::unexpected(std::move(*stale));
    return to_verdict(settings::decide(state, command), encode, tags_of);
  };
  return proposal;
}

}  // namespace ledger::settings
