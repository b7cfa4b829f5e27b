#include "http/past/provenance.hpp"

#include <set>
#include <utility>

#include "http/past/past.hpp"
#include "http/problem.hpp"
#include "projections/feedback/queries.hpp"

namespace ledger::http {
namespace {

using projections::HistoryEvent;

// Reads a prompt's events in order, and keeps those that an execution of one of its versions came about by.
class PromptStory {
 public:
  PromptStory(prompt::VersionNumber version, Timestamp at) : version_{version}, at_{at} {}

  void tell(const HistoryEvent& event) {
    if (!past_ && event.event.meta.occurred_at > at_) {
      past_ = true;
      then_ = now_;
    }
    const auto versions = now_.versions.size(), moves = now_.label_moves.size();
    const auto status = now_.status;
    now_ = fold_one(std::move(now_), event.event);
    if (versions < version_ && now_.versions.size() >= version_) written_ = event;
    if (!past_ && status != prompt::Status::published && now_.status == prompt::Status::published) published_ = event;
    if (now_.label_moves.size() > moves) keep_move(event);
  }

  // False when the version is not there yet.
  bool finish(Provenance& out) && {
    if (!written_) return false;
    out.version = *now_.find_version(version_);
    out.prompt_then = past_ ? std::move(then_) : now_;
    out.prompt = std::move(now_);
    out.written = *std::move(written_);
    out.published = std::move(published_);
    out.label_moves = std::move(before_);
    for (auto& move : after_) out.label_moves.push_back(std::move(move));
    return true;
  }

 private:
  void keep_move(const HistoryEvent& event) {
    if (!past_) {
      before_.push_back(event);
      if (before_.size() > kProvenanceMoves) before_.erase(before_.begin());
    } else if (after_.size() < kProvenanceMoves) {
      after_.push_back(event);
    }
  }

  const prompt::VersionNumber version_;
  const Timestamp at_;
  bool past_ = false;  // of the execution
  prompt::State now_, then_;
  std::optional<HistoryEvent> written_, published_;
  std::vector<HistoryEvent> before_, after_;
};

std::vector<ServedBy> labels_at(const prompt::State& prompt, prompt::VersionNumber version, Timestamp at) {
  std::set<std::string> labels;
  for (const auto& move : prompt.label_moves) labels.insert(move->label);
  std::vector<ServedBy> served;
  for (const auto& label : labels) {
    for (const auto& period : prompt::label_history(prompt, label)) {
      if (period.version == version && period.from <= at && (!period.until || at < *period.until)) served.push_back({label, period});
    }
  }
  return served;
}

}  // namespace

Provenance provenance_of(const App& app, const std::string& workspace, projections::ExecutionEntry execution) {
  Provenance out;
  const auto& request = execution.state.request;
  const auto at = execution.state.created_at;
  PromptStory story{request.version, at};
  for (const auto& event : read_stream(app, workspace, {std::string(prompt::kStreamKind), request.prompt})) story.tell(event);
  if (!std::move(story).finish(out)) throw Unavailable("the history does not show the version yet that an execution ran");
  out.labels = labels_at(out.prompt, request.version, at);

  auto first = app.history->stream(workspace, {std::string(execution::kStreamKind), execution.id}, {.from_version = 1, .to_version = 1, .recorded_until = {}, .limit = 1});
  if (!first.empty()) out.recorded = std::move(first.front());
  projections::ScoreFilter of_execution;
  of_execution.kind = projections::ScoreKind::score;
  of_execution.target = {score::TargetKind::execution, execution.id};
  out.feedback = app.feedback->of_executions(workspace, {execution.id});
  out.scores = app.feedback->scores(workspace, of_execution, {}, kProvenanceScores);
  out.judge_scores = app.feedback->judge_scores(workspace, {request.prompt, request.version, {}}, {}, kProvenanceScores);
  out.execution = std::move(execution);
  return out;
}

}  // namespace ledger::http
