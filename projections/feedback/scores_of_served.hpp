#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "domain/score.hpp"
#include "domain/score/given.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/executions/queries.hpp"

namespace ledger::projections {

// What was said under one name of some executions, feedback and scores alike, whenever it was said.
struct NamedScores {
  std::string name;
  score::Type type = score::Type::numeric;
  std::int64_t count = 0;
  Score average;                                        // of numbers
  std::int64_t flagged = 0;                             // how many are true
  std::map<std::string, std::int64_t> words;            // how many of each, of categories
};

// By name and type, at most 500 of them and their words. Looks at each execution of the prompt in that time: whoever asks bounds how many these are.
std::vector<NamedScores> scores_of_served(pg::Pool& pool, const std::string& workspace, const Served& served);

}  // namespace ledger::projections
