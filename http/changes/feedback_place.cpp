#include "http/changes/feedback_place.hpp"

#include "commands/feedback/streams.hpp"
#include "http/reading/json_reader.hpp"

namespace ledger::http {

std::optional<CommandPlace> place_of_feedback(const Request& request, const App& app) {
  if (!request.json || !request.json->value.is_object()) return std::nullopt;
  const auto found = request.json->value.find("request_id");
  if (found == request.json->value.end() || !found->is_string()) return std::nullopt;
  const auto stream = feedback::stream_of(request.principal.workspace, found->get_ref<const std::string&>());
  return place_of_stream({LogTopic::feedback, feedback::kStreamKind}, stream.id, app);
}

std::optional<CommandPlace> place_of_judge_scores(const Request& request, const App& app) { return place_of_new_stream(kJudgeScores, request, app); }

std::optional<CommandPlace> place_of_score(const Request& request, const App& app) { return place_of_new_stream(kScores, request, app); }

std::optional<CommandPlace> place_of_security_scan(const Request& request, const App& app) { return place_of_new_stream(kSecurityScans, request, app); }

}  // namespace ledger::http
