#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/feedback/feedback.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

struct FeedbackEntry {
  std::string id;
  feedback::State state;
};

// The columns of the table `feedback`, for a SELECT whose rows feedback_of reads.
inline constexpr std::string_view kFeedbackColumns =
    "id, workspace, version, request_id, execution_id, prompt_id, prompt_version, user_name, user_choice, "
    "judge_winner, agent_winner, rating, thumbs, comment, comment_subject, author, created_at, updated_at";
FeedbackEntry feedback_of(const pg::Row& row);

std::map<std::string, feedback::State> load_feedback(pg::Connection& connection, const std::vector<std::string>& ids);
void write_feedback(pg::Connection& connection, const FoldedStreams<feedback::State>& feedback);

}  // namespace ledger::projections
