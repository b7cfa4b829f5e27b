#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/prompt/events.hpp"
#include "domain/score.hpp"

namespace ledger::projections {

// What judges found one version worth in one dimension.
struct DimensionNumbers {
  std::string dimension;
  std::int64_t scores = 0;  // how many were given
  Score average, lowest, highest;

  bool operator==(const DimensionNumbers&) const = default;
};

// A version with the numbers behind its place.
struct Head {
  prompt::VersionNumber version = 0;
  Score score;                               // the mean of its dimensions' averages
  std::vector<DimensionNumbers> dimensions;  // by name

  bool operator==(const Head&) const = default;
};

// The mean of the dimensions' averages, rounded as these are; 0 of none.
Score mean_score(const std::vector<DimensionNumbers>& dimensions);

// Scores the heads by their dimensions and puts the best first; of equal ones the later version. A dimension counts
// once, however often it was scored: whoever is judged for clarity a hundred times is not a hundred times as clear.
void rank(std::vector<Head>& heads);

}  // namespace ledger::projections
