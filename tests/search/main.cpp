// The searcher's command line; tests/search/run calls it, and README.md says how a person does.
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <string>

#include "tests/search/search.hpp"

namespace {

using namespace ledger::search;

constexpr const char* kUsage =
    "search list                       the scenarios that can be searched to the end\n"
    "search exhaust NAME               every order of everything in one of them; status 0 if all were searched and no property was broken\n"
    "search find NAME PROPERTY         the shortest way to a violation of it; status 0 if there is one\n"
    "search walk SECONDS SEED          random ways far longer than the scenarios', from this seed on\n";

Scenario scenario_named(const std::string& name) {
  for (auto& scenario : scenarios()) {
    if (scenario.name == name) return scenario;
  }
  throw std::invalid_argument("there is no scenario " + name);
}

Property property_named(const std::string& name) {
  for (int n = 0; n < static_cast<int>(Property::count_); ++n) {
    if (to_text(static_cast<Property>(n)) == name) return static_cast<Property>(n);
  }
  throw std::invalid_argument("there is no property " + name);
}

void print_way(const Scenario& scenario, const std::vector<Action>& way, bool at_rest) {
  for (const auto& sentence : narrate(scenario, way, at_rest)) std::printf("    %s\n", sentence.c_str());
}

void print(const Scenario& scenario, const Found& found) {
  std::printf("%s: %zu states, %zu transitions, depth %zu, %zu brought to rest, %zu merges checked, %.1f s of the processor, %s\n", scenario.name.c_str(), found.states,
              found.transitions, found.depth, found.rests, found.merges_checked, found.seconds, found.exhausted ? "exhausted" : "not exhausted");
  if (!found.merge_fault.empty()) std::printf("%s\n", found.merge_fault.c_str());
  if (found.way.empty() && !found.at_rest) return;
  std::printf("%zu steps%s:\n", found.way.size(), found.at_rest ? ", and then rest" : "");
  print_way(scenario, found.way, found.at_rest);
}

int exhaust(const std::string& name) {
  const auto scenario = scenario_named(name);
  const Found found = search(scenario, {});
  print(scenario, found);
  return found.exhausted ? 0 : 1;
}

int find(const std::string& name, const std::string& property) {
  auto scenario = scenario_named(name);
  scenario.only = property_named(property);
  const Found found = search(scenario, {});
  print(scenario, found);
  return found.violations.any() ? 0 : 1;
}

int walk_for(double seconds, unsigned seed) {
  const std::clock_t began = std::clock();
  const auto spent = [&] { return static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC; };
  std::size_t walks = 0, steps = 0;
  for (; walks == 0 || spent() < seconds; ++walks, ++seed) {
    const auto scenario = walk_scenario(seed);
    const Walked walked = walk(scenario, seed);
    steps += walked.steps;
    if (!walked.violations.any()) continue;
    std::printf("seed %u breaks a property after %zu steps:\n", seed, walked.way.size());
    print_way(scenario, walked.way, walked.at_rest);
    return 1;
  }
  std::printf("%zu random walks, %zu steps, seeds up to %u, %.1f s of the processor: no property broken\n", walks, steps, seed - 1, spent());
  return 0;
}

int run(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (what == "list" && count == 2) {
    for (const auto& scenario : scenarios()) {
      if (!scenario.too_large) std::printf("%s: %s\n", scenario.name.c_str(), scenario.about.c_str());
    }
    return 0;
  }
  if (what == "exhaust" && count == 3) return exhaust(words[2]);
  if (what == "find" && count == 4) return find(words[2], words[3]);
  if (what == "walk" && count == 4) return walk_for(std::stod(words[2]), static_cast<unsigned>(std::stoul(words[3])));
  std::fputs(kUsage, stderr);
  return 2;
}

}  // namespace

int main(int count, char** words) {
  try {
    return run(count, words);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "search: %s\n", fault.what());
    return 2;
  }
}
