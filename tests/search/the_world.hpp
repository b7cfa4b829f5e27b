#pragma once

#include "tests/search/memory.hpp"
#include "tests/search/sketch.hpp"

namespace ledger::search {

// The one world, in its memory. Making another forgets it.
class TheWorld {
 public:
  explicit TheWorld(const Scenario& scenario) {
    forget_everything();
    const Inside inside;
    world_ = new World(scenario);                // never deleted: its memory is forgotten as a whole
  }
  World& operator*() { return *world_; }
  World* operator->() { return world_; }

  void apply(const Action& action) {
    const Inside inside;
    world_->apply(action);
  }
  void come_to_rest() {
    const Inside inside;
    world_->come_to_rest();
  }
  Fingerprint fingerprint() const { return with_budgets(search::fingerprint(*world_), world_->left); }
  Fingerprint fingerprint_without_budgets() const { return search::fingerprint(*world_); }

 private:
  World* world_;
};

}  // namespace ledger::search
