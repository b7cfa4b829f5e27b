#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/feedback/feedback_rows.hpp"
#include "projections/feedback/heads.hpp"
#include "projections/feedback/judge_score_rows.hpp"
#include "projections/feedback/said.hpp"
#include "projections/feedback/scores_of_served.hpp"
#include "projections/feedback/score_rows.hpp"
#include "projections/feedback/security_scan_rows.hpp"
#include "projections/time_page.hpp"

namespace ledger::projections {

// When something was said: from the first on, before the second.
struct Period {
  std::optional<Timestamp> from, until;
};

// What is absent does not filter.
struct FeedbackFilter {
  std::optional<std::string> request_id, user, prompt;
  Period created;
};

struct JudgeScoreFilter {
  std::string prompt;
  prompt::VersionNumber version = 0;
  std::optional<std::string> judge;
};

struct SecurityScanFilter {
  std::optional<std::string> user, label;
  std::optional<Score> risk_least, risk_most;  // both included
  Period created;
};

struct ScoreFilter {
  std::optional<ScoreKind> kind;
  std::optional<std::pair<score::TargetKind, std::string>> target;
  std::optional<std::string> prompt;   // its versions, and its executions
  std::optional<prompt::VersionNumber> version;
  std::optional<std::string> name, user, author, definition;
  std::optional<score::Type> type;
  std::optional<score::Source> source;
  Period created;
};

// How often each agent's result won; feedback that names no winner does not count.
using AgentWins = std::map<feedback::Agent, std::int64_t>;

// Reads feedback, judges' scores and scans; lists are newest first, unless asked otherwise. Everything is of one workspace: what belongs to another is not there.
// Thread-safe. Throws pg::Fault.
class FeedbackQueries {
 public:
  explicit FeedbackQueries(pg::Pool& pool) : pool_{pool} {}

  TimePage<FeedbackEntry> feedback(const std::string& workspace, const FeedbackFilter& filter,
                                       const std::optional<TimeMark>& after, int limit, TimeOrder order = TimeOrder::newest_first);
  TimePage<JudgeScoreEntry> judge_scores(const std::string& workspace, const JudgeScoreFilter& filter,
                                             const std::optional<TimeMark>& after, int limit);
  TimePage<SecurityScanEntry> security_scans(const std::string& workspace, const SecurityScanFilter& filter,
                                                 const std::optional<TimeMark>& after, int limit);
  // Feedback and judgements among them, by their parts.
  TimePage<ScoreEntry> scores(const std::string& workspace, const ScoreFilter& filter, const std::optional<TimeMark>& after, int limit,
                              TimeOrder order = TimeOrder::newest_first);

  // What was said of executions, in any order; and how many scores were given to each as such, where there are any.
  std::vector<FeedbackEntry> of_executions(const std::string& workspace, const std::vector<std::string>& executions);
  std::map<std::string, std::int64_t> score_counts(const std::string& workspace, const std::vector<std::string>& executions);

  // What judges found the prompt's versions worth, the best first; of one dimension or one judge when they are named.
  std::vector<Head> heads(const std::string& workspace, const std::string& prompt,
                          const std::optional<std::string>& dimension, const std::optional<std::string>& judge);
  // At each point of a time series: see said_within.
  std::vector<Said> said(const std::string& workspace, const std::optional<std::string>& prompt, const std::vector<Timestamp>& bounds) {
    return said_within(pool_, workspace, prompt, bounds);
  }
  // Of the executions that a label served: see scores_of_served.
  std::vector<NamedScores> scores_of(const std::string& workspace, const Served& served) { return scores_of_served(pool_, workspace, served); }
  // On executions for one user, or for all.
  AgentWins agent_wins(const std::string& workspace, const std::optional<std::string>& user);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
