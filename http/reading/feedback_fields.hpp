#pragma once

#include "commands/feedback/commands.hpp"
#include "http/reading/fields.hpp"
#include "http/reading/query.hpp"
#include "projections/feedback/queries.hpp"

// Bodies and queries as commands on feedback, judges' scores and scans, and as filters of their lists. Each asks for all of its fields; what is
// wrong with them is in `fields` or `query`.
namespace ledger::http {

feedback::GiveFeedback read_feedback(Fields& fields);
// The path says of which prompt and version.
judge_score::GiveScores read_scores(Fields& fields);
security_scan::RecordScan read_scan(Fields& fields);

projections::FeedbackFilter read_feedback_filter(Query& query);
projections::SecurityScanFilter read_scan_filter(Query& query);

}  // namespace ledger::http
