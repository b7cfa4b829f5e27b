// Random ways. Steps that let something arrive are likelier than those that do harm, so that commands do come about.
#include <random>

#include "tests/search/search.hpp"
#include "tests/search/the_world.hpp"

namespace ledger::search {
namespace {

constexpr std::size_t kSteps = 400;

unsigned weight(const Action& action) {
  using Kind = Action::Kind;
  switch (action.kind) {
    case Kind::read:
    case Kind::store: return 12;
    case Kind::report:
    case Kind::advance:
    case Kind::serve_load:
    case Kind::bring_load:
    case Kind::serve_end:
    case Kind::bring_end:
    case Kind::serve_read_at:
    case Kind::bring_read_at:
    case Kind::take_appends:
    case Kind::find_history: return 8;
    case Kind::submit:
    case Kind::store_quietly:
    case Kind::history_reads:
    case Kind::tell_cut: return 4;
    case Kind::inquire:
    case Kind::duplicate:
    case Kind::lose:
    case Kind::fail:
    case Kind::tick:
    case Kind::assume:
    case Kind::release:
    case Kind::lapse:
    case Kind::history_tells:
    case Kind::false_alarm:
    case Kind::refuse_appends:
    case Kind::lose_history: return 2;
    case Kind::crash:
    case Kind::restart_at_checkpoint:
    case Kind::cut: return 1;
  }
  return 0;
}

}  // namespace

Walked walk(const Scenario& scenario, unsigned seed) {
  std::mt19937 random(seed);
  Walked walked;
  TheWorld world(scenario);
  while (walked.steps < kSteps) {
    const auto actions = world->possible();
    if (actions.empty()) break;
    std::vector<unsigned> weights;
    for (const auto& action : actions) weights.push_back(weight(action));
    const auto& action = actions[std::discrete_distribution<std::size_t>(weights.begin(), weights.end())(random)];
    walked.way.push_back(action);
    world.apply(action);
    ++walked.steps;
    if (world->violations().any()) {
      walked.violations = world->violations();
      return walked;
    }
  }
  world.come_to_rest();
  walked.at_rest = true;
  walked.violations = world->violations();
  return walked;
}

}  // namespace ledger::search
