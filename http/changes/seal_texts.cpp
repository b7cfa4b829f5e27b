#include "http/changes/seal_texts.hpp"

#include <optional>

#include "commands/execution/propose.hpp"
#include "http/changes/caught_up.hpp"
#include "infra/sealing/text_seals.hpp"
#include "projections/executions/queries.hpp"

namespace ledger::http {
namespace {

// Of a subject by its pseudonym.
Result<sealing::SubjectKey, Problem> key_for(const std::string& subject_id, const Request& request, const App& app) {
  return app.seals->key_for(request.principal.workspace, subject_id).map_error([](sealing::Locked why) {
    Problem refused = problem(Code::cannot_seal, "Nothing was stored: the text of a subject must be sealed, and " + std::string(to_text(why)) +
                                                     ". The operator has to see to it (--master-key-file).");
    refused.not_stored = true;
    return refused;
  });
}

sealing::Place place_in(const std::string& execution_id, const Request& request, const char* field) {
  return {request.principal.workspace, {std::string(execution::kStreamKind), execution_id}, field};
}

// An execution may have been requested a moment ago.
std::optional<std::string> subject_of(const std::string& execution_id, const Request& request, const App& app) {
  const auto& workspace = request.principal.workspace;
  return find_present([&] { return app.executions->subject_of(workspace, execution_id); },
                      [&] { return await_present(request, app, LogTopic::executions, execution::partition_key(execution_id), *app.executions_reached); });
}

}  // namespace

Result<void, Problem> seal_record(execution::Record& command, const std::string& execution_id, const std::string& subject, const Request& request, const App& app) {
  return key_for(app.seals->subject_id(request.principal.workspace, subject), request, app).map([&](const sealing::SubjectKey& key) {
    command.request.inputs = key.seal(place_in(execution_id, request, "inputs"), command.request.inputs.text);
    command.ending.output = key.seal(place_in(execution_id, request, "output"), command.ending.output.text);
  });
}

Result<void, Problem> seal_output(execution::Ending& ending, const std::string& execution_id, const Request& request, const App& app) {
  if (ending.output.empty()) return {};
  const auto subject = subject_of(execution_id, request, app);
  if (!subject || subject->empty()) return {};
  return key_for(*subject, request, app).map([&](const sealing::SubjectKey& key) {
    ending.output = key.seal(place_in(execution_id, request, "output"), ending.output.text);
  });
}

Result<void, Problem> seal_comment(feedback::GiveFeedback& command, const StreamId& stream, const std::string& subject_id, const Request& request, const App& app) {
  if (!command.comment || !*command.comment || (*command.comment)->empty()) return {};
  auto& comment = **command.comment;
  FieldChecks checks;
  feedback::check_comment(comment.text, checks);
  if (const auto refused = checks.rejection()) return tl::unexpected(problem_of(*refused));
  return key_for(subject_id, request, app).map([&](const sealing::SubjectKey& key) {
    comment = key.seal({request.principal.workspace, stream, "comment"}, comment.text);
  });
}

Result<void, Problem> seal_scan(security_scan::RecordScan& command, const std::string& scan_id, const std::string& subject, const Request& request, const App& app) {
  const auto& workspace = request.principal.workspace;
  return key_for(app.seals->subject_id(workspace, subject), request, app).map([&](const sealing::SubjectKey& key) {
    command.input = key.seal({workspace, {std::string(security_scan::kStreamKind), scan_id}, "input_text"}, command.input.text);
  });
}

}  // namespace ledger::http
