#pragma once

#include <string>
#include <string_view>

#include "commands/caller.hpp"
#include "commands/proposal.hpp"
#include "domain/result.hpp"
#include "http/app.hpp"
#include "http/changes/command_token.hpp"
#include "http/problem.hpp"
#include "http/reading/annotations.hpp"
#include "http/request.hpp"

// How every change goes to the command side, and what comes back.
namespace ledger::http {

// Who asks, from the request's key and headers. `partition_key` is that of the stream to be changed: an Idempotency-Key holds within it. A
// request without one gets a key of the server's making, by which its outcome can be asked for when it stays open.
Result<Caller, Problem> caller_of(const Request& request, const App& app, std::string_view partition_key, const Annotations& annotations);

// Submits the command and waits for its outcome, a bounded time. Refused: the rejection as a problem. Nothing written because of us: 503 with
// Retry-After. Nobody can know yet: 504 with the Location to ask at.
Result<Accepted, Problem> give(Proposal proposal, const Request& request, const App& app);

// A key for a command whose client sent none.
std::string new_command_key();

// 504, with the Location to ask at: nobody can know yet what becomes of the command.
Problem open_problem(const CommandToken& token, const Request& request, const App& app);

// What a settled outcome other than Accepted means for a client; also for an inquiry.
Problem not_stored_problem(const NotStored& refused);

}  // namespace ledger::http
