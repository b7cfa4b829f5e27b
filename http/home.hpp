#pragma once

#include "domain/result.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"

namespace ledger::http {

// The admins of the home workspace look after the whole ledger; those of others after their own workspace.
inline bool looks_after_all(const Request& request, const App& app) {
  return !app.settings.home_workspace.empty() && request.principal.workspace == app.settings.home_workspace;
}

// 403 for everybody else; `what` is for them alone: "Projections are".
inline Result<void, Problem> require_home(const Request& request, const App& app, const std::string& what) {
  if (looks_after_all(request, app)) return {};
  return tl::unexpected(problem(Code::forbidden, what + " for an admin of the home workspace, who looks after the whole ledger."));
}

}  // namespace ledger::http
