#pragma once

#include "projections/heal/survey.hpp"

namespace ledger::projections {

// What became of a partition.
struct Healing {
  Survey before;
  Survey after;                 // the same as before when nothing was to be done
  std::uint64_t put_back = 0;   // records
  std::size_t re_anchored = 0;  // checkpoints

  bool is_healed() const { return after.condition() == Condition::whole && !after.known_lost_to(); }
};

// Puts back what the log has lost, as far as the history holds it, and then makes every checkpoint and row of the
// history name the places that its records have now. Changes nothing when somebody wrote on the cut head, and no
// checkpoint before the log reaches the history's head again. Any number of processes may do so at once, and each may
// be interrupted and begin again. Throws what survey() and put_back() throw.
Healing heal(const HealPlace& place, const log::PartitionId& partition);

}  // namespace ledger::projections
