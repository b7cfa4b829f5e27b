#pragma once

#include <nlohmann/json_fwd.hpp>

#include "commands/proposal.hpp"
#include "http/app.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace ledger::http {

// What a change is answered with: its resource as it stands after it, with ETag and Ledger-Position. 201 and a Location when the change made
// something (a prompt, a version, an execution, feedback, a key …), 202 when it is yet to be carried out, else 200. The same for a first answer, for one that is given again, and for GET /commands/{token}.
Outcome answer_change(const Accepted& accepted, const Request& request, const App& app);
// With further members in the body.
Outcome answer_change(const Accepted& accepted, const Request& request, const App& app, const nlohmann::json& more);

}  // namespace ledger::http
