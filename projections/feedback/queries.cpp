#include "projections/feedback/queries.hpp"

#include <stdexcept>

#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

const std::string kSelectFeedback = "SELECT " + std::string{kFeedbackColumns} + " FROM feedback.feedback ";
const std::string kSelectScores = "SELECT " + std::string{kScoreColumns} + " FROM feedback.score ";
const std::string kSelectScans = "SELECT " + std::string{kSecurityScanColumns} + " FROM feedback.security_scan ";

const std::string kOfExecutionsSql = kSelectFeedback + "WHERE workspace = $1 AND execution_id = ANY($2)";
const pg::Statement kOfExecutions{"feedback.of_executions", kOfExecutionsSql};

const pg::Statement kScoreCounts{"feedback.score_counts", R"sql(
  SELECT target_id, count(*) FROM feedback.score
  WHERE workspace = $1 AND target_kind = 'execution' AND target_id = ANY($2) AND kind = 'score' GROUP BY target_id)sql"};

const pg::Statement kHeads{"feedback.heads", R"sql(
  SELECT s.prompt_version, d.dimension, count(*), (round(avg(d.score), 6) * 1000000)::int8, (min(d.score) * 1000000)::int8,
    (max(d.score) * 1000000)::int8
  FROM feedback.judge_score s JOIN feedback.judge_score_dimension d ON d.score_id = s.id
  WHERE s.workspace = $1 AND s.prompt_id = $2 AND ($3::text IS NULL OR d.dimension = $3) AND ($4::text IS NULL OR s.judge = $4)
  GROUP BY s.prompt_version, d.dimension ORDER BY s.prompt_version, d.dimension)sql"};

const pg::Statement kWins{"feedback.agent_wins", R"sql(
  SELECT agent_winner, count(*) FROM feedback.feedback WHERE workspace = $1 AND agent_winner IS NOT NULL GROUP BY agent_winner)sql"};

const pg::Statement kWinsForUser{"feedback.agent_wins_for_user", R"sql(
  SELECT agent_winner, count(*) FROM feedback.feedback WHERE workspace = $1 AND user_name = $2 AND agent_winner IS NOT NULL
  GROUP BY agent_winner)sql"};

void add_period(Conditions& conditions, const Period& created) {
  if (created.from) conditions.where("created_at >= ", *created.from);
  if (created.until) conditions.where("created_at < ", *created.until);
}

}  // namespace

TimePage<FeedbackEntry> FeedbackQueries::feedback(const std::string& workspace, const FeedbackFilter& filter,
                                                      const std::optional<TimeMark>& after, int limit, TimeOrder order) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  if (filter.request_id) conditions.where("request_id = ", *filter.request_id);
  if (filter.user) conditions.where("user_name = ", *filter.user);
  if (filter.prompt) conditions.where("prompt_id = ", *filter.prompt);
  add_period(conditions, filter.created);
  return read_page(pool_, kSelectFeedback, std::move(conditions), order, after, limit, feedback_of);
}

TimePage<JudgeScoreEntry> FeedbackQueries::judge_scores(const std::string& workspace,
                                                            const JudgeScoreFilter& filter,
                                                            const std::optional<TimeMark>& after, int limit) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  conditions.where("prompt_id = ", filter.prompt);
  conditions.where("prompt_version = ", static_cast<std::int32_t>(filter.version));
  if (filter.judge) conditions.where("judge = ", *filter.judge);
  return read_page(pool_, select_judge_scores("feedback."), std::move(conditions), TimeOrder::newest_first, after, limit, judge_score_of);
}

TimePage<SecurityScanEntry> FeedbackQueries::security_scans(const std::string& workspace,
                                                                const SecurityScanFilter& filter,
                                                                const std::optional<TimeMark>& after, int limit) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  if (filter.user) conditions.where("user_name = ", *filter.user);
  if (filter.label) conditions.where("label = ", *filter.label);
  if (filter.risk_least) conditions.where("risk_score >= ", filter.risk_least->millionths, " / 1000000.0");
  if (filter.risk_most) conditions.where("risk_score <= ", filter.risk_most->millionths, " / 1000000.0");
  add_period(conditions, filter.created);
  return read_page(pool_, kSelectScans, std::move(conditions), TimeOrder::newest_first, after, limit, security_scan_of);
}

TimePage<ScoreEntry> FeedbackQueries::scores(const std::string& workspace, const ScoreFilter& filter, const std::optional<TimeMark>& after, int limit, TimeOrder order) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  const auto is = [&](const std::string& column, const std::optional<std::string>& value) {
    if (value) conditions.where(column + " = ", *value);
  };
  if (filter.kind) conditions.where("kind = ", to_text(*filter.kind));
  if (filter.target) {
    conditions.where("target_kind = ", to_text(filter.target->first));
    conditions.where("target_id = ", filter.target->second);
  }
  is("prompt_id", filter.prompt);
  // The indexes of what not every score has leave out the others.
  if (filter.prompt && !filter.prompt->empty()) conditions.add("prompt_id <> ''");
  if (filter.version) conditions.where("prompt_version = ", static_cast<std::int32_t>(*filter.version));
  is("name", filter.name);
  if (filter.type) conditions.where("type = ", to_text(*filter.type));
  if (filter.source) conditions.where("source = ", to_text(*filter.source));
  is("user_name", filter.user);
  if (filter.user && !filter.user->empty()) conditions.add("user_name <> ''");
  is("author", filter.author);
  is("definition_id", filter.definition);
  add_period(conditions, filter.created);
  return read_page(pool_, kSelectScores, std::move(conditions), order, after, limit, score_of);
}

std::vector<FeedbackEntry> FeedbackQueries::of_executions(const std::string& workspace, const std::vector<std::string>& executions) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<FeedbackEntry> entries;
    for (const pg::Row row : connection.run(kOfExecutions, pg::Params{workspace, executions})) entries.push_back(feedback_of(row));
    return entries;
  });
}

std::map<std::string, std::int64_t> FeedbackQueries::score_counts(const std::string& workspace, const std::vector<std::string>& executions) {
  return pool_.read([&](pg::Connection& connection) {
    std::map<std::string, std::int64_t> counts;
    for (const pg::Row row : connection.run(kScoreCounts, pg::Params{workspace, executions})) counts.emplace(row.text(0), row.number(1));
    return counts;
  });
}

std::vector<Head> FeedbackQueries::heads(const std::string& workspace, const std::string& prompt,
                                         const std::optional<std::string>& dimension,
                                         const std::optional<std::string>& judge) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<Head> heads;
    for (const pg::Row row : connection.run(kHeads, pg::Params{workspace, prompt, dimension, judge})) {
      const auto version = static_cast<prompt::VersionNumber>(row.number(0));
      if (heads.empty() || heads.back().version != version) heads.push_back({version, {}, {}});
      heads.back().dimensions.push_back({.dimension = std::string{row.text(1)},
                                         .scores = row.number(2),
                                         .average = {row.number(3)},
                                         .lowest = {row.number(4)},
                                         .highest = {row.number(5)}});
    }
    rank(heads);
    return heads;
  });
}

AgentWins FeedbackQueries::agent_wins(const std::string& workspace, const std::optional<std::string>& user) {
  return pool_.read([&](pg::Connection& connection) {
    AgentWins wins;
    for (const pg::Row row : user ? connection.run(kWinsForUser, pg::Params{workspace, *user})
                                  : connection.run(kWins, pg::Params{workspace})) {
      const auto agent = feedback::parse_agent(row.text(0));
      if (!agent) throw std::logic_error{"a stored agent is none"};
      wins[*agent] = row.number(1);
    }
    return wins;
  });
}

}  // namespace ledger::projections
