#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/prompt/state.hpp"
#include "http/app.hpp"
#include "projections/executions/rows.hpp"
#include "projections/feedback/queries.hpp"
#include "projections/history/queries.hpp"

namespace ledger::http {

// A label that pointed to the version when the execution was created.
struct ServedBy {
  std::string label;
  prompt::LabelPeriod period;
};

// Everything that led to an execution's output, and what was said of it since. Times are those of occurrence.
struct Provenance {
  projections::ExecutionEntry execution;
  std::optional<projections::HistoryEvent> recorded;     // the execution's first event
  prompt::State prompt;                                  // now
  prompt::State prompt_then;                             // when the execution was created
  prompt::Version version;
  projections::HistoryEvent written;                     // made the version
  std::optional<projections::HistoryEvent> published;    // the prompt's last move to published until then
  std::vector<ServedBy> labels;
  std::vector<projections::HistoryEvent> label_moves;    // the last few until then, and the next few
  std::vector<projections::FeedbackEntry> feedback;
  projections::TimePage<projections::ScoreEntry> scores;             // the newest, of the execution
  projections::TimePage<projections::JudgeScoreEntry> judge_scores;  // the newest, of the version
};

inline constexpr int kProvenanceMoves = 5;     // on either side
inline constexpr int kProvenanceScores = 100;  // of either kind

// Throws Unavailable when the history does not show the execution's version yet.
Provenance provenance_of(const App& app, const std::string& workspace, projections::ExecutionEntry execution);

}  // namespace ledger::http
