#include "projections/heal/heal.hpp"

#include <stdexcept>

#include "projections/heal/put_back.hpp"
#include "projections/model.hpp"

namespace ledger::projections {
namespace {

constexpr int kTries = 3;  // runners that move a checkpoint meanwhile are right; then it is looked at again

const pg::Statement kMoveParked{"model.move_parked", R"sql(
  UPDATE parked_event p SET log_offset = e.log_offset, append_time_ms = e.append_time_ms
  FROM history.event e
  WHERE p.topic = $1 AND p.partition = $2 AND e.topic = p.topic AND e.partition = p.partition AND e.height = p.height AND e.hash = p.hash
    AND (p.log_offset, p.append_time_ms) IS DISTINCT FROM (e.log_offset, e.append_time_ms))sql"};

// The model's checkpoint names the place where its head's record stands now; what is parked, too. False: somebody moved
// the checkpoint meanwhile.
bool re_anchor(pg::Connection& connection, const log::PartitionId& partition, const ModelPlace& model) {
  pg::Transaction transaction{connection};
  connection.script("SET LOCAL search_path = " + pg::quote_name(model.model));
  const log::Anchor now{*model.found + 1, *model.found, model.stands.head};
  if (model.is_astray && !move_checkpoints(connection, model.version, {{partition, model.stands, now}})) return false;
  connection.run(kMoveParked, pg::Params{partition.topic, partition.number});
  transaction.commit();
  return true;
}

}  // namespace

Healing heal(const HealPlace& place, const log::PartitionId& partition) {
  Healing healing{.before = survey(place, partition), .after = {}};
  healing.after = healing.before;
  if (healing.before.condition() == Condition::cut) {
    healing.put_back = put_back(place, healing.before);
    healing.after = survey(place, partition);
  }
  for (int tries = 0; tries < kTries && healing.after.condition() == Condition::astray; ++tries) {
    const auto found = survey(place, partition, RowsAstray::are_corrected);
    for (const auto& model : found.models) {
      if (model.found && re_anchor(place.connection, partition, model)) healing.re_anchored += model.is_astray ? 1 : 0;
    }
    healing.after = survey(place, partition);
  }
  return healing;
}

}  // namespace ledger::projections
