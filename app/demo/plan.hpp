#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/feedback/choices.hpp"
#include "domain/time.hpp"

// What the demo's year is made from. All of it follows from a seed and the names of the prompts; the analytics are to find it again.
namespace ledger::demo {

struct Model {
  std::string_view provider;
  std::string_view name;
  std::int64_t input_nano_usd;         // for a token
  std::int64_t output_nano_usd;
  double speed;                        // its latency, over what a version's median says
};
inline constexpr std::array kModels{Model{"gemini", "gemini-2.5-flash", 300, 2'500, 1.0}, Model{"openai", "gpt-4o-mini", 150, 600, 1.3},
                                    Model{"anthropic", "claude-haiku-4-5", 1'000, 5'000, 1.1}, Model{"gemini", "gemini-2.5-pro", 1'250, 10'000, 2.6}};

// A version of a prompt, and how it does.
struct VersionPlan {
  Timestamp added_at{};                // and labelled staging
  Timestamp promoted_at{};             // labelled production
  std::string change_log;
  std::string more_text;               // what its template says beyond the imported one
  double median_ms = 0;
  double spread = 0;                   // of the logarithm of a latency
  double input_tokens = 0;             // on average
  double output_tokens = 0;
  double failure = 0;                  // probability
  double quality = 0;                  // 0 to 1: what feedback and judges make of it
};
inline constexpr std::size_t kVersions = 3;

struct PromptPlan {
  std::string name;
  std::string id;
  double share = 0;                    // of all executions
  std::size_t model = 0;               // of most of them
  std::size_t other_model = 0;
  std::array<VersionPlan, kVersions> versions;
  bool rolled_back = false;            // the last version did badly, and production went back to the one before, then:
  Timestamp rolled_back_at{};
  std::array<double, feedback::kAgents.size()> agent_wins{};   // probabilities

  // What a label points to then: an index of `versions`.
  std::size_t in_production(Timestamp at) const;
  std::size_t in_staging(Timestamp at) const;
};

// A model that failed for some hours.
struct Outage {
  std::size_t model = 0;
  Timestamp from{}, until{};
  double failure = 0;
};

struct Year {
  std::uint64_t seed = 0;
  Timestamp from{};
  int days = 0;
  std::vector<PromptPlan> prompts;
  Outage outage;
  double staging_share = 0.06;         // of executions, while staging is ahead of production
  double other_model_share = 0.15;
  double cancelled_share = 0.01;
  double feedback_share = 0.12;        // of completed executions
  double judge_accuracy = 0.72;
  std::size_t users = 400;
};

struct NamedPrompt {
  std::string name;
  std::string id;
};

// Chooses among the prompts, and plans what they do. The same for the same seed and prompts, in whatever order these come.
Year plan_year(std::uint64_t seed, Timestamp from, int days, std::vector<NamedPrompt> prompts);

}  // namespace ledger::demo
