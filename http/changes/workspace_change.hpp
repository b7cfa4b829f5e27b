#pragma once

#include "domain/partition_key.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/give.hpp"
#include "http/reading/annotations.hpp"
#include "http/request.hpp"

namespace ledger::http {

// The way of every change of what a workspace has: what is asked is read, proposed to the workspace's partition, and answered with what the resource is
// now. `source` (Fields or Query) reads Annotations; a command that could not be read is in its done().
template <class Source, class Propose>
Outcome change_in_workspace(const Request& request, App& app, Source& source, Propose propose) {
  const auto annotations = read_annotations(source);
  if (auto ok = source.done(); !ok) return tl::unexpected(ok.error());
  const auto caller = caller_of(request, app, workspace_partition_key(request.principal.workspace), annotations);
  if (!caller) return tl::unexpected(caller.error());
  return give(propose(*caller), request, app).and_then([&](const Accepted& accepted) { return answer_change(accepted, request, app); });
}

}  // namespace ledger::http
