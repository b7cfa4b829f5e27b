#include "commands/access/propose.hpp"

#include <utility>

#include "commands/folds.hpp"
#include "commands/verdict.hpp"
#include "domain/partition_key.hpp"

namespace ledger {
namespace {

// The part that all of them share; `read_more` are what the decision sees behind the stream's own state.
template <class Event, class Decide, class Encode, class Tags>
Proposal on_access(const Fold& fold, const StreamId& stream, const Caller& caller, std::vector<Read> read_more, Decide decide_on, Encode encode, Tags tags_of) {
  const std::string key{kAccessPartitionKey};
  Proposal proposal = proposal_of(caller, key, stream);
  proposal.reads.push_back(folds::of_stream(fold, key, stream));
  for (auto& read : read_more) proposal.reads.push_back(std::move(read));
  proposal.decide = [=](const std::vector<Seen>& seen) -> Verdict {
    if (auto wrong = check_meta(caller.meta())) return tl::unexpected(std::move(*wrong));
    if (seen.front().version > 0) {
      if (auto stale = check_expected(seen.front().version, caller.expected)) return tl::unexpected(std::move(*stale));
    }
    return to_verdict(Decision<Event>(decide_on(seen)), encode, tags_of);
  };
  return proposal;
}

}  // namespace

Proposal workspace::propose(const std::string& workspace_id, CreateWorkspace command, const Caller& caller) {
  const Read holder = folds::of_tag(folds::first_stream, std::string(kAccessPartitionKey), name_tag(command.name));
  const auto decide_on = [command = std::move(command)](const std::vector<Seen>& seen) {
    const auto& first = seen[1].as<folds::FirstStream>().id;
    return decide(seen[0].as<State>(), command, CreateContext{first.empty() ? std::nullopt : std::optional(first)});
  };
  return on_access<Event>(folds::workspace, {std::string(kStreamKind), workspace_id}, caller, {holder}, decide_on, encode, tags_of);
}

Proposal api_key::propose(const std::string& key_id, CreateApiKey command, const Caller& caller) {
  const Read of_workspace = folds::of_stream(folds::workspace, std::string(kAccessPartitionKey), {std::string(workspace::kStreamKind), command.workspace});
  const auto decide_on = [command = std::move(command)](const std::vector<Seen>& seen) {
    return decide(seen[0].as<State>(), command, CreateContext{seen[1].as<workspace::State>().exists()});
  };
  return on_access<Event>(folds::api_key, {std::string(kStreamKind), key_id}, caller, {of_workspace}, decide_on, encode, tags_of);
}

Proposal api_key::propose(const std::string& key_id, RevokeApiKey command, const Caller& caller) {
  const auto decide_on = [command](const std::vector<Seen>& seen) { return decide(seen[0].as<State>(), command); };
  return on_access<Event>(folds::api_key, {std::string(kStreamKind), key_id}, caller, {}, decide_on, encode, tags_of);
}

}  // namespace ledger
