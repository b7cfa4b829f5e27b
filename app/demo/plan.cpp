#include "app/demo/plan.hpp"

#include <algorithm>
#include <chrono>

#include "app/demo/random.hpp"

namespace ledger::demo {
namespace {

constexpr std::size_t kPrompts = 12;
constexpr double kInStaging = 0.03;                // of the year
constexpr double kUntilRolledBack = 0.04;
constexpr std::size_t kRollBackEvery = 4;          // of so many prompts one

VersionPlan first_version(Random& random, Timestamp from) {
  return {.added_at = from,
          .promoted_at = from,
          .change_log = "As it goes into production",
          .more_text = "\n\nAnswer in the language of the question.",
          .median_ms = random.between(600, 2'400),
          .spread = random.between(0.3, 0.5),
          .input_tokens = random.between(250, 900),
          .output_tokens = random.between(120, 500),
          .failure = random.between(0.008, 0.02),
          .quality = random.between(0.5, 0.62)};
}

// Better, and slower and dearer for it.
VersionPlan second_version(VersionPlan version, Random& random) {
  version.change_log = "Reasons before it answers";
  version.more_text += "\n\nThink step by step before you answer, and say how sure you are.";
  version.median_ms *= random.between(1.3, 1.6);
  version.output_tokens *= random.between(1.4, 1.8);
  version.quality += random.between(0.12, 0.2);
  return version;
}

// Quick and cheap again, and nearly as good; or, where it went wrong, bad.
VersionPlan third_version(VersionPlan version, Random& random, bool bad) {
  version.change_log = "Shorter answers";
  version.more_text += "\n\nGive the result only, in at most five sentences.";
  version.median_ms *= random.between(0.5, 0.65);
  version.output_tokens *= random.between(0.4, 0.55);
  version.quality += bad ? -random.between(0.3, 0.4) : random.between(-0.03, 0.03);
  if (bad) version.failure *= random.between(5, 8);
  return version;
}

PromptPlan plan_prompt(const NamedPrompt& prompt, std::uint64_t seed, std::size_t rank, Timestamp from, int days) {
  Random random(seed, "prompt " + prompt.name);
  PromptPlan plan;
  plan.name = prompt.name;
  plan.id = prompt.id;
  plan.share = 1.0 / static_cast<double>(rank + 2);   // as words of a language: few are used much
  plan.model = random.below(kModels.size() - 1);
  plan.other_model = (plan.model + 1 + random.below(kModels.size() - 1)) % kModels.size();
  plan.rolled_back = rank % kRollBackEvery == 2;
  auto& [first, second, third] = plan.versions;
  first = first_version(random, from);
  second = second_version(first, random);
  third = third_version(second, random, plan.rolled_back);
  const auto part = [&](double share) { return std::chrono::hours(static_cast<std::int64_t>(days * 24 * share)); };
  second.promoted_at = from + part(random.between(0.25, 0.4));
  third.promoted_at = from + part(random.between(0.6, 0.75));
  for (auto* version : {&second, &third}) version->added_at = version->promoted_at - part(kInStaging);
  plan.rolled_back_at = third.promoted_at + part(kUntilRolledBack);
  double all = 0;
  for (double& wins : plan.agent_wins) all += wins = random.between(0.2, 1);
  for (double& wins : plan.agent_wins) wins /= all;
  return plan;
}

}  // namespace

std::size_t PromptPlan::in_production(Timestamp at) const {
  if (rolled_back && at >= rolled_back_at) return kVersions - 2;
  std::size_t index = kVersions - 1;
  while (index > 0 && at < versions[index].promoted_at) --index;
  return index;
}

std::size_t PromptPlan::in_staging(Timestamp at) const {
  std::size_t index = kVersions - 1;
  while (index > 0 && at < versions[index].added_at) --index;
  return index;
}

Year plan_year(std::uint64_t seed, Timestamp from, int days, std::vector<NamedPrompt> prompts) {
  const auto turn = [seed](const NamedPrompt& prompt) { return Random(seed, "turn of " + prompt.name).next(); };
  std::ranges::sort(prompts, {}, turn);
  if (prompts.size() > kPrompts) prompts.resize(kPrompts);
  Year year;
  year.seed = seed;
  year.from = from;
  year.days = days;
  double all = 0;
  for (const auto& prompt : prompts) {
    year.prompts.push_back(plan_prompt(prompt, seed, year.prompts.size(), from, days));
    all += year.prompts.back().share;
  }
  for (auto& prompt : year.prompts) prompt.share /= all;
  // In the middle of a working day.
  const auto day = std::chrono::floor<std::chrono::days>(from) + std::chrono::days(days / 2);
  const auto monday = day - (std::chrono::weekday(day) - std::chrono::Monday);
  year.outage = {.model = year.prompts.empty() ? 0 : year.prompts.front().model, .from = monday + std::chrono::hours(9), .until = monday + std::chrono::hours(15), .failure = 0.4};
  return year;
}

}  // namespace ledger::demo
