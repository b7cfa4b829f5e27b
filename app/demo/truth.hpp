#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "app/demo/plan.hpp"
#include "app/demo/sample.hpp"
#include "domain/feedback/judge_score.hpp"

namespace ledger::demo {

// Counts what was made, exactly, so that what the analytics say can be laid beside it.
class Truth {
 public:
  explicit Truth(const Year& year);

  void add(const Sample& sample);
  void add(std::size_t prompt, std::size_t version, const judge_score::Scores& scores);
  // The parameters, and what came of them. `numbers` are those of the versions, by prompt and index.
  std::string json(const std::vector<std::array<prompt::VersionNumber, kVersions>>& numbers) const;

 private:
  struct Tally {
    std::map<std::string, std::uint64_t> by_status;
    std::uint64_t input_tokens = 0, output_tokens = 0;
    std::int64_t cost_micros = 0;
    std::vector<std::uint32_t> latencies;
    std::uint64_t ratings = 0, rating_sum = 0;
    std::map<std::string, std::uint64_t> agent_wins;
    std::uint64_t judged_right = 0;
    std::map<std::string, std::vector<std::int64_t>> scores;   // millionths, by dimension
  };
  void add(Tally& tally, const Sample& sample) const;
  friend struct TallyJson;

  const Year& year_;
  std::vector<std::array<Tally, kVersions>> versions_;
  std::map<std::string, Tally> models_, labels_, months_;
  Tally all_;
};

}  // namespace ledger::demo
