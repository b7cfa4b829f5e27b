#pragma once

#include <string>
#include <vector>

#include "projections/feedback/score_rows.hpp"

// Feedback and judgements as scores. Pure.
namespace ledger::projections {

// What is said by name: user_choice, judge_winner, agent_winner, judge_correct, rating, thumbs, comment.
std::vector<ScoreEntry> scores_in(const std::string& id, const feedback::State& feedback);
// One per dimension.
std::vector<ScoreEntry> scores_in(const std::string& id, const judge_score::State& judgement);

}  // namespace ledger::projections
