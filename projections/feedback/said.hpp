#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/time.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/feedback/heads.hpp"

namespace ledger::projections {

// What owners of requests said, counted.
struct Opinions {
  std::int64_t given = 0;
  std::int64_t ratings = 0, rating_sum = 0;
  std::int64_t thumbs_up = 0, thumbs_down = 0;
  std::int64_t judged = 0, judge_correct = 0;  // whose judge's choice and winner are both known

  bool operator==(const Opinions&) const = default;
};

// What was said within one point of a time series: of one version, or of all when the version is 0.
struct Said {
  std::size_t point = 0;
  prompt::VersionNumber version = 0;
  std::vector<DimensionNumbers> scores;  // by judges, by dimension
  Opinions opinions;
};

// What was said at each point of a time series, by when it was said; points and versions without any are left out. `bounds` are where the
// points begin, and the end of the last. Of a prompt by its versions, or of all prompts together. In order of points and versions.
std::vector<Said> said_within(pg::Pool& pool, const std::string& workspace, const std::optional<std::string>& prompt, const std::vector<Timestamp>& bounds);

}  // namespace ledger::projections
