#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/score/definition.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

struct ScoreDefinitionEntry {
  std::string id;
  score_definition::State state;
};

// The columns of the table `score_definition`, for a SELECT whose rows score_definition_of reads.
inline constexpr std::string_view kScoreDefinitionColumns =
    "id, workspace, version, name, type, description, (lowest * 1000000)::int8, (highest * 1000000)::int8, categories, author, created_at, updated_at, deleted_at";
ScoreDefinitionEntry score_definition_of(const pg::Row& row);

std::map<std::string, score_definition::State> load_score_definitions(pg::Connection& connection, const std::vector<std::string>& ids);
void write_score_definitions(pg::Connection& connection, const FoldedStreams<score_definition::State>& definitions);

}  // namespace ledger::projections
