#pragma once

#include <string>

#include "commands/execution/commands.hpp"
#include "commands/feedback/commands.hpp"
#include "domain/result.hpp"
#include "http/app.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"

// Seals the personal texts of commands before they are proposed: keys are looked up, which no decider may. What cannot be sealed is refused, never
// stored as it is.
namespace ledger::http {

// `subject` as the caller names it.
Result<void, Problem> seal_record(execution::Record& command, const std::string& execution_id, const std::string& subject, const Request& request, const App& app);

// The output of an execution whose inputs are sealed, under the same subject's key. What the execution was requested with never changes, so its read
// model says it for good.
Result<void, Problem> seal_output(execution::Ending& ending, const std::string& execution_id, const Request& request, const App& app);

// The comment, if there is one. `subject_id` is the subject's pseudonym.
Result<void, Problem> seal_comment(feedback::GiveFeedback& command, const StreamId& stream, const std::string& subject_id, const Request& request, const App& app);

Result<void, Problem> seal_scan(security_scan::RecordScan& command, const std::string& scan_id, const std::string& subject, const Request& request, const App& app);

}  // namespace ledger::http
