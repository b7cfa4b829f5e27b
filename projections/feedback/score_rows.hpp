#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/score/given.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

// What was said by which means.
enum class ScoreKind : std::uint8_t { score, feedback, judge_score };
inline constexpr std::array kScoreKinds{ScoreKind::score, ScoreKind::feedback, ScoreKind::judge_score};
std::string_view to_text(ScoreKind kind);

// One score, whichever way it was given: feedback and judgements are as many scores as they have parts.
struct ScoreEntry {
  std::string id;          // of a score its stream's; else with the part's name behind it
  ScoreKind kind = ScoreKind::score;
  std::string stream;      // the id in its kind
  std::string judge;       // of a judgement
  score::State state;
};

// The columns of the table `score`, for a SELECT whose rows score_of reads.
inline constexpr std::string_view kScoreColumns =
    "id, kind, stream, judge, workspace, version, target_kind, target_id, prompt_id, prompt_version, name, type, (number * 1000000)::int8, flag, words, words_subject, "
    "comment, comment_subject, source, user_name, definition_id, definition_version, author, created_at, reason";
ScoreEntry score_of(const pg::Row& row);

std::map<std::string, score::State> load_scores(pg::Connection& connection, const std::vector<std::string>& ids);
void write_scores(pg::Connection& connection, const FoldedStreams<score::State>& scores);
// What feedback says now stands in place of what it said before.
void write_scores(pg::Connection& connection, const FoldedStreams<feedback::State>& feedback);
void write_scores(pg::Connection& connection, const FoldedStreams<judge_score::State>& judgements);

}  // namespace ledger::projections
