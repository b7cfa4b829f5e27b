#include "app/demo/sample.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "app/demo/random.hpp"
#include "app/derived_uuid.hpp"

namespace ledger::demo {
namespace {

using execution::Status;

constexpr std::array<std::string_view, 8> kTopics{"a holiday in Portugal", "photosynthesis", "the offside rule", "compound interest", "a cover letter", "sourdough bread",
                                                  "the French Revolution", "sorting a list"};
constexpr std::array<std::string_view, 4> kComments{"Just what I needed.", "Too long for my taste.", "It missed the point.", "Good, but I had to ask twice."};

std::size_t pick_prompt(const Year& year, Random& random) {
  double left = random.share();
  for (std::size_t n = 0; n + 1 < year.prompts.size(); ++n) {
    if ((left -= year.prompts[n].share) < 0) return n;
  }
  return year.prompts.size() - 1;
}

// A label, and what it points to then.
std::pair<std::string, std::size_t> pick_version(const Year& year, const PromptPlan& prompt, Timestamp at, Random& random) {
  const auto production = prompt.in_production(at), staging = prompt.in_staging(at);
  if (staging > production && !(prompt.rolled_back && at >= prompt.rolled_back_at) && random.happens(year.staging_share)) return {"staging", staging};
  return {"production", production};
}

std::string user_name(const Year& year, Random& random) {
  // A few do much of the work.
  const auto number = static_cast<std::size_t>(static_cast<double>(year.users) * std::pow(random.share(), 2.2));
  const std::string digits = std::to_string(number + 1);
  return "user-" + std::string(digits.size() < 3 ? 3 - digits.size() : 0, '0') + digits;
}

std::uint64_t count_around(double mean, Random& random) { return static_cast<std::uint64_t>(std::max(1.0, std::round(mean * std::exp(0.25 * random.normal())))); }

Money price(std::uint64_t tokens, std::int64_t nano_usd) { return {(static_cast<std::int64_t>(tokens) * nano_usd + 500) / 1'000}; }

execution::Ending make_ending(const VersionPlan& version, const Model& model, Status status, double slow, Random& random) {
  execution::Ending ending;
  const auto input = count_around(version.input_tokens, random);
  const auto output = status == Status::completed ? count_around(version.output_tokens, random) : 0;
  ending.usage.tokens = {{"input", input}, {"output", output}};
  ending.usage.total = input + output;
  ending.usage.cost = {{"input", price(input, model.input_nano_usd)}, {"output", price(output, model.output_nano_usd)}};
  ending.cost = {ending.usage.cost["input"].micros + ending.usage.cost["output"].micros};
  const double ms = version.median_ms * model.speed * slow * std::exp(version.spread * random.normal());
  ending.latency_ms = static_cast<std::uint32_t>(std::max(1.0, std::round(ms)));
  if (status == Status::failed) ending.error = random.happens(0.6) ? "429: the provider is overloaded" : "the answer was cut off";
  return ending;
}

std::optional<feedback::GiveFeedback> make_feedback(const Year& year, const PromptPlan& prompt, const VersionPlan& version, const std::string& request_id, Random& random) {
  if (!random.happens(year.feedback_share)) return std::nullopt;
  feedback::GiveFeedback given{.request_id = request_id, .user_choice = {}, .judge_winner = {}, .agent_winner = {}, .rating = {}, .thumbs = {}, .comment = {}};
  const auto winner = random.pick(prompt.agent_wins);
  const auto others = feedback::kAgents.size();
  const auto judged = random.happens(year.judge_accuracy) ? winner : (winner + 1 + random.below(others - 1)) % others;
  given.agent_winner = feedback::kAgents[winner];
  given.judge_winner = feedback::kAgents[judged];
  given.user_choice = random.happens(version.quality) ? (random.happens(0.7) ? feedback::UserChoice::single : feedback::UserChoice::multi) : feedback::UserChoice::original;
  const auto rating = std::clamp(std::round(1 + 4 * version.quality + 0.8 * random.normal()), 1.0, 5.0);
  given.rating = static_cast<std::uint8_t>(rating);
  if (rating >= 4) given.thumbs = feedback::Thumbs::up;
  if (rating <= 2) given.thumbs = feedback::Thumbs::down;
  if (random.happens(0.2)) given.comment = PersonalText{std::string(kComments[random.below(kComments.size())]), {}};
  return given;
}

}  // namespace

Sample make_sample(const Year& year, const Rhythm& rhythm, std::uint64_t n, std::uint64_t count) {
  Random random(year.seed, "execution", n);
  Sample sample;
  const Timestamp created = rhythm.moment((static_cast<double>(n) + random.share()) / static_cast<double>(count));
  sample.id = app::derived_uuid(created, "demo execution\n" + std::to_string(year.seed) + "\n" + std::to_string(count) + "\n" + std::to_string(n) + "\n" + (year.prompts.empty() ? "" : year.prompts.front().id));
  sample.prompt = pick_prompt(year, random);
  const PromptPlan& prompt = year.prompts[sample.prompt];
  auto [label, index] = pick_version(year, prompt, created, random);
  sample.version = index;
  const VersionPlan& version = prompt.versions[index];
  sample.model = random.happens(year.other_model_share) ? prompt.other_model : prompt.model;
  const Model& model = kModels[sample.model];
  const bool out = sample.model == year.outage.model && created >= year.outage.from && created < year.outage.until;

  auto& record = sample.record;
  record.status = random.happens(out ? year.outage.failure : version.failure) ? Status::failed : random.happens(year.cancelled_share) ? Status::cancelled : Status::completed;
  record.created_at = created;
  record.started_at = created + std::chrono::milliseconds(random.below(20));
  record.ending = make_ending(version, model, record.status, out ? 2.5 : 1, random);
  record.completed_at = *record.started_at + std::chrono::milliseconds(*record.ending.latency_ms);
  auto& request = record.request;
  request.request_id = sample.id;
  request.prompt = prompt.id;
  request.label = std::move(label);
  request.priority = random.happens(0.1) ? execution::Priority::high : execution::Priority::normal;
  request.provider = model.provider;
  request.model = model.name;
  request.inputs.text = R"({"topic":")" + std::string(kTopics[random.below(kTopics.size())]) + "\"}";
  request.user = user_name(year, random);
  request.session = request.user + "/" + to_rfc3339(created).substr(0, 10);
  if (record.status == Status::completed) {
    record.ending.output.text = "An answer about " + request.inputs.text.substr(10, request.inputs.text.size() - 12) + ".";
    sample.feedback = make_feedback(year, prompt, version, request.request_id, random);
    sample.said_at = *record.completed_at + std::chrono::seconds(5 + random.below(600));
  }
  return sample;
}

}  // namespace ledger::demo
