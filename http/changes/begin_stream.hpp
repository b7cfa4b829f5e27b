#pragma once

#include "http/changes/changed.hpp"
#include "http/changes/give.hpp"
#include "http/changes/new_stream.hpp"
#include "http/reading/annotations.hpp"

namespace ledger::http {

// A stream of its own for each: `propose` makes the first command on it.
template <class Propose>
Outcome begin_stream(const SpreadKind& spread, const Request& request, App& app, const Annotations& annotations, Propose propose) {
  const std::string id = new_stream_id(spread, request, app);
  const auto caller = caller_of(request, app, place_of_stream(spread, id, app).partition_key, annotations);
  if (!caller) return tl::unexpected(caller.error());
  Result<Proposal, Problem> proposal = propose(id, *caller);
  if (!proposal) return tl::unexpected(proposal.error());
  return give(*std::move(proposal), request, app).and_then([&](const Accepted& accepted) { return answer_change(accepted, request, app); });
}

}  // namespace ledger::http
