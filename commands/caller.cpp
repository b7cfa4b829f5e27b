#include "commands/caller.hpp"

#include <utility>

namespace ledger {

Meta Caller::meta() const {
  Meta meta;
  meta.workspace = workspace;
  meta.actor = actor;
  meta.correlation_id = correlation_id;
  meta.reason = reason;
  return meta;
}

Proposal proposal_of(const Caller& caller, std::string partition_key, StreamId stream) {
  Proposal proposal;
  proposal.partition_key = std::move(partition_key);
  proposal.stream = std::move(stream);
  proposal.meta = caller.meta();
  proposal.occurred_at = caller.occurred_at;
  proposal.key = caller.key;
  proposal.traceparent = caller.traceparent;
  proposal.bytes = caller.bytes;
  return proposal;
}

}  // namespace ledger
