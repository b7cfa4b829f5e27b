#include "app/demo/truth.hpp"

#include <algorithm>
#include <cmath>

#include "domain/execution/choices.hpp"
#include "domain/json.hpp"
#include "domain/money.hpp"
#include "domain/score.hpp"

namespace ledger::demo {

using nlohmann::ordered_json;

// Shows a tally: all parts of Truth's answer are of this shape.
struct TallyJson {
  static ordered_json of(Truth::Tally tally) {
    ordered_json out = {{"executions", tally.latencies.size()},
                        {"by_status", tally.by_status},
                        {"input_tokens", tally.input_tokens},
                        {"output_tokens", tally.output_tokens},
                        {"cost_usd", to_text(Money{tally.cost_micros})}};
    std::ranges::sort(tally.latencies);
    for (const auto& [name, share] : {std::pair{"p50", 0.5}, {"p95", 0.95}, {"p99", 0.99}}) out["latency_ms"][name] = nearest_rank(tally.latencies, share);
    out["feedback"] = {{"ratings", tally.ratings}, {"rating_sum", tally.rating_sum}, {"agent_wins", tally.agent_wins}, {"judge_correct", tally.judged_right}};
    for (const auto& [dimension, scores] : tally.scores) {
      std::int64_t sum = 0;
      for (const auto score : scores) sum += score;
      out["judge_scores"][dimension] = {{"count", scores.size()}, {"sum", to_text(Score{sum})}};
    }
    return out;
  }

 private:
  static ordered_json nearest_rank(const std::vector<std::uint32_t>& sorted, double share) {
    if (sorted.empty()) return nullptr;
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
  }
};

namespace {

ordered_json parameters_of(const Model& model) {
  return {{"provider", model.provider}, {"input_nano_usd_per_token", model.input_nano_usd}, {"output_nano_usd_per_token", model.output_nano_usd}, {"latency_factor", model.speed}};
}

ordered_json parameters_of(const VersionPlan& version) {
  return {{"staging_from", to_rfc3339(version.added_at)}, {"production_from", to_rfc3339(version.promoted_at)}, {"median_ms", version.median_ms},
          {"latency_spread", version.spread}, {"mean_input_tokens", version.input_tokens}, {"mean_output_tokens", version.output_tokens},
          {"failure_probability", version.failure}, {"quality", version.quality}};
}

}  // namespace

Truth::Truth(const Year& year) : year_(year), versions_(year.prompts.size()) {}

void Truth::add(Tally& tally, const Sample& sample) const {
  const auto& ending = sample.record.ending;
  ++tally.by_status[std::string(to_text(sample.record.status))];
  tally.input_tokens += ending.usage.tokens.at("input");
  tally.output_tokens += ending.usage.tokens.at("output");
  tally.cost_micros += ending.cost.micros;
  tally.latencies.push_back(*ending.latency_ms);
  if (!sample.feedback) return;
  ++tally.ratings;
  tally.rating_sum += **sample.feedback->rating;
  ++tally.agent_wins[std::string(feedback::to_text(**sample.feedback->agent_winner))];
  if (*sample.feedback->agent_winner == *sample.feedback->judge_winner) ++tally.judged_right;
}

void Truth::add(const Sample& sample) {
  const auto& request = sample.record.request;
  for (auto* tally : {&all_, &versions_[sample.prompt][sample.version], &models_[request.model], &labels_[request.label], &months_[to_rfc3339(*sample.record.created_at).substr(0, 7)]}) {
    add(*tally, sample);
  }
}

void Truth::add(std::size_t prompt, std::size_t version, const judge_score::Scores& scores) {
  for (const auto& [dimension, score] : scores) versions_[prompt][version].scores[dimension].push_back(score.millionths);
}

std::string Truth::json(const std::vector<std::array<prompt::VersionNumber, kVersions>>& numbers) const {
  ordered_json out = {{"seed", year_.seed}, {"from", to_rfc3339(year_.from)}, {"days", year_.days}, {"users", year_.users},
                      {"outage", {{"model", kModels[year_.outage.model].name}, {"from", to_rfc3339(year_.outage.from)}, {"until", to_rfc3339(year_.outage.until)}, {"failure_probability", year_.outage.failure}}},
                      {"judge_accuracy", year_.judge_accuracy},
                      {"feedback_share", year_.feedback_share},
                      {"cancelled_share", year_.cancelled_share},
                      {"other_model_share", year_.other_model_share},
                      {"staging_share", year_.staging_share},
                      {"latency_percentiles", "nearest rank over all executions, whatever became of them"}};
  for (const auto& model : kModels) out["model_parameters"][std::string(model.name)] = parameters_of(model);
  out["all"] = TallyJson::of(all_);
  auto& prompts = out["prompts"] = ordered_json::array();
  for (std::size_t n = 0; n < year_.prompts.size(); ++n) {
    const auto& plan = year_.prompts[n];
    ordered_json prompt = {{"id", plan.id}, {"name", plan.name}, {"share", plan.share}, {"model", kModels[plan.model].name}, {"other_model", kModels[plan.other_model].name}};
    if (plan.rolled_back) prompt["rolled_back_at"] = to_rfc3339(plan.rolled_back_at);
    for (std::size_t agent = 0; agent < plan.agent_wins.size(); ++agent) prompt["agent_win_probability"][std::string(feedback::to_text(feedback::kAgents[agent]))] = plan.agent_wins[agent];
    for (std::size_t version = 0; version < kVersions; ++version) {
      prompt["versions"].push_back({{"version", numbers[n][version]}, {"parameters", parameters_of(plan.versions[version])}, {"expected", TallyJson::of(versions_[n][version])}});
    }
    prompts.push_back(std::move(prompt));
  }
  for (const auto& [name, tally] : models_) out["models"][name] = TallyJson::of(tally);
  for (const auto& [name, tally] : labels_) out["labels"][name] = TallyJson::of(tally);
  for (const auto& [name, tally] : months_) out["months"][name] = TallyJson::of(tally);
  return out.dump(2) + "\n";
}

}  // namespace ledger::demo
