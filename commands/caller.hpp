#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "commands/decision.hpp"
#include "commands/proposal.hpp"
#include "domain/access/role.hpp"

namespace ledger {

// Who gives a command, and what comes with every one of them.
struct Caller {
  std::string workspace;
  std::string actor;
  access::Role role = access::Role::viewer;
  std::string correlation_id;
  std::optional<std::string> reason;
  std::optional<Timestamp> occurred_at;        // absent: when it is recorded
  ExpectedVersion expected;                    // If-Match
  std::optional<CommandKey> key;               // Idempotency-Key
  std::string traceparent;
  std::size_t bytes = 0;                       // of the request, about

  Meta meta() const;
};

// A proposal with all that comes from the caller; the rest is for who proposes.
Proposal proposal_of(const Caller& caller, std::string partition_key, StreamId stream);

}  // namespace ledger
