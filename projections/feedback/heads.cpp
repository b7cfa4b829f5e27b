#include "projections/feedback/heads.hpp"

#include <algorithm>
#include <tuple>

namespace ledger::projections {

Score mean_score(const std::vector<DimensionNumbers>& dimensions) {
  if (dimensions.empty()) return {};
  const auto count = static_cast<std::int64_t>(dimensions.size());
  std::int64_t sum = 0;
  for (const auto& one : dimensions) sum += one.average.millionths;
  return {(sum + count / 2) / count};
}

void rank(std::vector<Head>& heads) {
  for (auto& head : heads) head.score = mean_score(head.dimensions);
  std::sort(heads.begin(), heads.end(),
            [](const Head& a, const Head& b) { return std::tie(a.score, a.version) > std::tie(b.score, b.version); });
}

}  // namespace ledger::projections
