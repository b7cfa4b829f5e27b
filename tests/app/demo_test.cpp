#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/demo/plan.hpp"
#include "app/demo/random.hpp"
#include "app/demo/rhythm.hpp"
#include "app/demo/sample.hpp"
#include "commands/execution/commands.hpp"

namespace ledger::demo {
namespace {

const Timestamp kFrom = *parse_rfc3339("2026-01-01T00:00:00Z");
constexpr int kDays = 330;
constexpr std::uint64_t kCount = 20'000;

std::vector<NamedPrompt> prompts() {
  std::vector<NamedPrompt> made;
  for (int n = 0; n < 40; ++n) made.push_back({"Prompt " + std::to_string(n), "id-" + std::to_string(n)});
  return made;
}

Year year_of(std::uint64_t seed) { return plan_year(seed, kFrom, kDays, prompts()); }

TEST_CASE("numbers follow from the seed, from what they are for, and from nothing else") {
  CHECK(Random(1, "a").next() == Random(1, "a").next());
  CHECK(Random(1, "a").next() != Random(2, "a").next());
  CHECK(Random(1, "a").next() != Random(1, "b").next());
  CHECK(Random(1, "a", 0).next() != Random(1, "a", 1).next());
  Random random(7, "shares");
  double sum = 0, squares = 0;
  for (int n = 0; n < 100'000; ++n) {
    const double value = random.normal();
    sum += value;
    squares += value * value;
  }
  CHECK(std::abs(sum / 100'000) < 0.02);
  CHECK(std::abs(squares / 100'000 - 1) < 0.02);
}

TEST_CASE("a year is the same for the same seed, in whatever order its prompts come") {
  auto reversed = prompts();
  std::ranges::reverse(reversed);
  const auto a = year_of(1), b = plan_year(1, kFrom, kDays, reversed), other = year_of(2);
  REQUIRE(a.prompts.size() == 12);
  for (std::size_t n = 0; n < a.prompts.size(); ++n) {
    CHECK(a.prompts[n].id == b.prompts[n].id);
    CHECK(a.prompts[n].versions[2].median_ms == b.prompts[n].versions[2].median_ms);
  }
  CHECK_FALSE(std::ranges::equal(a.prompts, other.prompts, {}, &PromptPlan::id, &PromptPlan::id));
}

TEST_CASE("more happens by day, on working days, and from month to month") {
  const Rhythm rhythm(kFrom, kDays);
  std::map<int, int> by_hour, by_weekday;
  std::array<int, 2> by_half{};
  Timestamp before = kFrom;
  for (std::uint64_t n = 0; n < kCount; ++n) {
    const auto at = rhythm.moment((static_cast<double>(n) + 0.5) / kCount);
    REQUIRE(at >= before);
    before = at;
    const auto day = std::chrono::floor<std::chrono::days>(at);
    ++by_hour[static_cast<int>(std::chrono::floor<std::chrono::hours>(at - day).count())];
    ++by_weekday[static_cast<int>(std::chrono::weekday(day).c_encoding())];
    ++by_half[at - kFrom < std::chrono::days(kDays / 2) ? 0 : 1];
  }
  CHECK(before < kFrom + std::chrono::days(kDays));
  CHECK(by_hour[10] > 10 * by_hour[3]);
  CHECK(by_weekday[3] > 2 * by_weekday[0]);
  CHECK(by_half[1] > by_half[0] * 5 / 4);
}

TEST_CASE("labels go from version to version, and back where one did badly") {
  int back = 0;
  for (const auto& prompt : year_of(1).prompts) {
    const auto& [first, second, third] = prompt.versions;
    CHECK(prompt.in_production(kFrom) == 0);
    CHECK(prompt.in_staging(second.added_at) == 1);
    CHECK(prompt.in_production(second.promoted_at) == 1);
    CHECK(second.promoted_at < third.added_at);
    CHECK(prompt.in_production(third.promoted_at) == 2);
    CHECK(prompt.in_production(prompt.rolled_back_at) == (prompt.rolled_back ? 1U : 2U));
    back += prompt.rolled_back;
  }
  CHECK(back == 3);
}

TEST_CASE("every execution is one that the ledger takes, each with an id of its own") {
  const auto year = year_of(1);
  const Rhythm rhythm(year.from, year.days);
  std::set<std::string> ids;
  std::map<execution::Status, int> by_status;
  for (std::uint64_t n = 0; n < kCount; ++n) {
    auto sample = make_sample(year, rhythm, n, kCount);
    CHECK(ids.insert(sample.id).second);
    ++by_status[sample.record.status];
    sample.record.request.version = 1;
    const auto decision = execution::decide({}, sample.record, {.prompt_exists = true, .version_exists = true}, *sample.record.completed_at);
    if (!decision) FAIL("refused: ", decision.error().detail);
    CHECK(sample.feedback.has_value() <= (sample.record.status == execution::Status::completed));
  }
  CHECK(by_status[execution::Status::failed] > 100);
  CHECK(by_status[execution::Status::cancelled] > 100);
  CHECK(make_sample(year, rhythm, 17, kCount).record.request == make_sample(year, rhythm, 17, kCount).record.request);
}

TEST_CASE("what is drawn is what the plan says") {
  const auto year = year_of(1);
  const Rhythm rhythm(year.from, year.days);
  std::map<std::pair<std::size_t, std::size_t>, std::vector<double>> latencies;
  for (std::uint64_t n = 0; n < kCount; ++n) {
    const auto sample = make_sample(year, rhythm, n, kCount);
    const auto& prompt = year.prompts[sample.prompt];
    if (sample.model == prompt.model) latencies[{sample.prompt, sample.version}].push_back(*sample.record.ending.latency_ms / kModels[sample.model].speed);
  }
  for (auto& [which, values] : latencies) {
    if (values.size() < 500) continue;
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    const double median = year.prompts[which.first].versions[which.second].median_ms;
    CAPTURE(which.first);
    CHECK(std::abs(values[values.size() / 2] / median - 1) < 0.1);
  }
}

}  // namespace
}  // namespace ledger::demo
