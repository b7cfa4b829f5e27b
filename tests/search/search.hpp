#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/search/world.hpp"

namespace ledger::search {

struct Limits {
  std::size_t states = 600'000;                  // a scenario that has more is too large to be searched each time
  std::size_t snapshot_bytes = 1'500U << 20U;    // beyond it a state's world is made again by going its way from the start
};

struct Found {
  std::size_t states = 0;
  std::size_t transitions = 0;
  std::size_t depth = 0;
  std::size_t rests = 0;                         // states from which everything was brought to an end
  std::size_t merges_checked = 0;                // of two ways to one state, both were gone on with, and compared
  double seconds = 0;                            // of the processor
  bool exhausted = false;                        // no state is left
  std::string merge_fault;                       // two states were taken for one and are not
  // The first violation is the shortest way to one.
  Violations violations;
  std::vector<Action> way;
  bool at_rest = false;                          // it shows when everything is brought to an end after it
};

// Every order of everything that a scenario allows, breadth first.
Found search(const Scenario& scenario, const Limits& limits);

// The way in words.
std::vector<std::string> narrate(const Scenario& scenario, const std::vector<Action>& way, bool at_rest);

// A random way, then rest.
struct Walked {
  std::size_t steps = 0;
  Violations violations;
  std::vector<Action> way;
  bool at_rest = false;
};
Walked walk(const Scenario& scenario, unsigned seed);

}  // namespace ledger::search
