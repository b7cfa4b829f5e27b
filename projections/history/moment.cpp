#include "projections/history/moment.hpp"

#include <algorithm>

namespace ledger::projections {

bool Moment::precedes(const log::Position& position, const RecordedEvent& event) const {
  if (as_of && (clock == Clock::recorded ? event.meta.recorded_at : event.meta.occurred_at) > *as_of) return true;
  if (at_version && event.sequence > *at_version) return true;
  return at_position && std::ranges::none_of(*at_position, [&](const log::Position& reached) {
           return reached.partition == position.partition && position.height <= reached.height;
         });
}

}  // namespace ledger::projections
