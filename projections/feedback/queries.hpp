#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/feedback/feedback_rows.hpp"
#include "projections/feedback/heads.hpp"
#include "projections/feedback/judge_score_rows.hpp"
#include "projections/feedback/security_scan_rows.hpp"

namespace ledger::projections {

// Where a page ended. Lists are newest first.
struct FeedbackMark {
  Timestamp created_at{};
  std::string id;
};

template <class Entry>
struct FeedbackPage {
  std::vector<Entry> entries;
  std::optional<FeedbackMark> next;  // absent on the last page
};

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

// How often each agent's result won; feedback that names no winner does not count.
using AgentWins = std::map<feedback::Agent, std::int64_t>;

// Reads feedback, judges' scores and scans. Everything is of one workspace: what belongs to another is not there.
// Thread-safe. Throws pg::Fault.
class FeedbackQueries {
 public:
  explicit FeedbackQueries(pg::Pool& pool) : pool_{pool} {}

  FeedbackPage<FeedbackEntry> feedback(const std::string& workspace, const FeedbackFilter& filter,
                                       const std::optional<FeedbackMark>& after, int limit);
  FeedbackPage<JudgeScoreEntry> judge_scores(const std::string& workspace, const JudgeScoreFilter& filter,
                                             const std::optional<FeedbackMark>& after, int limit);
  FeedbackPage<SecurityScanEntry> security_scans(const std::string& workspace, const SecurityScanFilter& filter,
                                                 const std::optional<FeedbackMark>& after, int limit);

  // What judges found the prompt's versions worth, the best first; of one dimension or one judge when they are named.
  std::vector<Head> heads(const std::string& workspace, const std::string& prompt,
                          const std::optional<std::string>& dimension, const std::optional<std::string>& judge);
  // On executions for one user, or for all.
  AgentWins agent_wins(const std::string& workspace, const std::optional<std::string>& user);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
