#include "projections/feedback/feedback.hpp"

#include "projections/feedback/feedback_rows.hpp"
#include "projections/feedback/judge_score_rows.hpp"
#include "projections/feedback/score_rows.hpp"
#include "projections/feedback/security_scan_rows.hpp"
#include "projections/fold_streams.hpp"
#include "projections/sql_files.hpp"

namespace ledger::projections {

std::string_view FeedbackProjection::tables_sql() const { return sql_file("projections/feedback/tables.sql"); }
std::string_view FeedbackProjection::indexes_sql() const { return sql_file("projections/feedback/indexes.sql"); }

std::vector<Refusal> FeedbackProjection::apply(pg::Connection& connection, std::span<const Applied> batch) const {
  std::vector<Refusal> refusals;
  const auto feedback = fold_streams<feedback::State>(
      batch, feedback::kStreamKind, [&](const auto& ids) { return load_feedback(connection, ids); }, refusals);
  write_feedback(connection, feedback);
  write_scores(connection, feedback);
  const auto judgements = fold_streams<judge_score::State>(
      batch, judge_score::kStreamKind, [&](const auto& ids) { return load_judge_scores(connection, ids); }, refusals);
  write_judge_scores(connection, judgements);
  write_scores(connection, judgements);
  write_scores(connection, fold_streams<score::State>(
                               batch, score::kStreamKind, [&](const auto& ids) { return load_scores(connection, ids); }, refusals));
  write_security_scans(connection,
                       fold_streams<security_scan::State>(
                           batch, security_scan::kStreamKind,
                           [&](const auto& ids) { return load_security_scans(connection, ids); }, refusals));
  return refusals;
}

}  // namespace ledger::projections
