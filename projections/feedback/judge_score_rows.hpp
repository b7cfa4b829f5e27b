#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/feedback/judge_score.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

struct JudgeScoreEntry {
  std::string id;
  judge_score::State state;
};

// SELECT … FROM judge_score s, up to where a WHERE may follow; judge_score_of reads its rows. `schema` is empty or ends in
// a dot.
std::string select_judge_scores(std::string_view schema);
JudgeScoreEntry judge_score_of(const pg::Row& row);

std::map<std::string, judge_score::State> load_judge_scores(pg::Connection& connection,
                                                            const std::vector<std::string>& ids);
void write_judge_scores(pg::Connection& connection, const FoldedStreams<judge_score::State>& scores);

}  // namespace ledger::projections
