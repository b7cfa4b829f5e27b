#pragma once

#include <cstdint>

#include "domain/replay/stream_state.hpp"
#include "projections/projection.hpp"

namespace ledger::projections {

// A state is kept whenever its stream's version is a multiple of this.
inline constexpr std::uint64_t kSnapshotEvery = 100;

// The read model `snapshots`: states of long streams, from which those of any moment are a few events away. It folds what the history holds of a stream, so
// it follows the history.
class SnapshotsProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "snapshots";

  std::string_view name() const override { return kName; }
  int version() const override { return kStateShape; }  // with the states' shape the whole model changes
  std::vector<std::string_view> topics() const override { return {"log.prompts", "log.executions", "log.feedback"}; }
  std::string_view tables_sql() const override;
  std::string_view indexes_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
