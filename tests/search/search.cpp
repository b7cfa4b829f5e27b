#include "tests/search/search.hpp"

#include <algorithm>
#include <ctime>
#include <unordered_map>

#include "tests/search/memory.hpp"
#include "tests/search/sketch.hpp"
#include "tests/search/the_world.hpp"

namespace ledger::search {
namespace {

constexpr std::uint64_t kRestEvery = 64;         // of the states, besides those where nothing is left to do
constexpr std::uint64_t kMergeCheckEvery = 512;  // of the merges

struct PrintHash {
  std::size_t operator()(const Fingerprint& print) const { return print[0]; }
};

class Search {
 public:
  Search(const Scenario& scenario, const Limits& limits) : limits_(limits), world_(scenario), start_(Snapshot::take()) {}

  Found run() {
    steps_.push_back({0, {}});
    known_.emplace(world_.fingerprint(), 0);
    snapshots_.push_back(start_);
    std::size_t level_ends = 1;
    for (std::size_t at = 0; at < steps_.size(); ++at) {
      if (at == level_ends) {
        ++found_.depth;
        level_ends = steps_.size();
      }
      if (!expand(at)) break;
      snapshots_[at] = {};
      if (steps_.size() > limits_.states) return finish(false);
    }
    return finish(!found_.violations.any() && found_.merge_fault.empty());
  }

 private:
  struct Step {
    std::uint32_t before;
    Action action;
  };

  double seconds() const { return static_cast<double>(std::clock() - began_) / CLOCKS_PER_SEC; }

  Found finish(bool exhausted) {
    found_.exhausted = exhausted;
    found_.states = steps_.size();
    found_.seconds = seconds();
    return found_;
  }

  std::vector<Action> way_to(std::size_t at) const {
    std::vector<Action> way;
    for (; at != 0; at = steps_[at].before) way.push_back(steps_[at].action);
    std::reverse(way.begin(), way.end());
    return way;
  }

  void go_to(std::size_t at) {
    if (!snapshots_[at].empty()) return snapshots_[at].put_back();
    start_.put_back();
    for (const auto& action : way_to(at)) world_.apply(action);
  }

  // All that may happen in a state. False when a property is broken.
  bool expand(std::size_t at) {
    go_to(at);
    const Snapshot here = snapshots_[at].empty() ? Snapshot::take() : snapshots_[at];
    const auto actions = world_->possible();
    const auto print_here = world_.fingerprint_without_budgets();
    bool dirty = false;
    const auto fresh = [&] {
      if (dirty) here.put_back();
      dirty = true;
    };
    for (const auto& action : actions) {
      fresh();
      world_.apply(action);
      ++found_.transitions;
      if (world_->violations().any()) return broken(at, &action);
      // What changes nothing but a budget leads to nothing that was not possible before.
      const auto print = world_.fingerprint_without_budgets();
      if (print == print_here) continue;
      const auto [place, is_new] = known_.emplace(with_budgets(print, world_->left), static_cast<std::uint32_t>(steps_.size()));
      if (is_new) {
        steps_.push_back({static_cast<std::uint32_t>(at), action});
        snapshots_.push_back(Snapshot::bytes_held() < limits_.snapshot_bytes ? Snapshot::take(here) : Snapshot{});
      } else if (++merges_ % kMergeCheckEvery == 0 && !same_future(place->second)) {
        auto way = way_to(at);
        way.push_back(action);
        found_.way = std::move(way);
        return false;
      }
    }
    if (!actions.empty() && at % kRestEvery != 0) return true;
    fresh();
    ++found_.rests;
    world_.come_to_rest();
    return world_->violations().any() ? broken(at, nullptr) : true;
  }

  bool broken(std::size_t at, const Action* last) {
    found_.violations = world_->violations();
    found_.way = way_to(at);
    found_.at_rest = last == nullptr;
    if (last != nullptr) found_.way.push_back(*last);
    return false;
  }

  // Is the state that the world is in, which another way has led to before, the one that was met there? The same things must be possible
  // in both, and lead to the same states.
  bool same_future(std::size_t met) {
    ++found_.merges_checked;
    auto here = futures();
    go_to(met);
    if (here == futures()) return true;
    found_.merge_fault = "two states with one fingerprint have other futures; the first is state " + std::to_string(met);
    return false;
  }

  std::vector<Fingerprint> futures() {
    const Snapshot now = Snapshot::take();
    std::vector<Fingerprint> prints;
    for (const auto& action : world_->possible()) {
      world_.apply(action);
      prints.push_back(world_.fingerprint());
      now.put_back();
    }
    std::sort(prints.begin(), prints.end());
    return prints;
  }

  Limits limits_;
  TheWorld world_;
  Snapshot start_;
  std::clock_t began_ = std::clock();
  std::vector<Step> steps_;                      // how each state was reached first
  std::vector<Snapshot> snapshots_;              // of those that were not expanded yet, as long as there is room
  std::unordered_map<Fingerprint, std::uint32_t, PrintHash> known_;
  std::uint64_t merges_ = 0;
  Found found_;
};

}  // namespace

Found search(const Scenario& scenario, const Limits& limits) { return Search(scenario, limits).run(); }

std::vector<std::string> narrate(const Scenario& scenario, const std::vector<Action>& way, bool at_rest) {
  std::vector<std::string> sentences;
  TheWorld world(scenario);
  tell_to(&sentences);
  for (const auto& action : way) world.apply(action);
  if (at_rest) world.come_to_rest();
  tell_to(nullptr);
  return sentences;
}

}  // namespace ledger::search
