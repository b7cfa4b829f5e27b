#pragma once

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `analytics`: what executions come to, summed up by slots of time (roll_ups.hpp). An execution counts
// once, in the slots of when it was created, with what it is now.
class AnalyticsProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "analytics";

  std::string_view name() const override { return kName; }
  int version() const override { return 1; }
  std::vector<std::string_view> topics() const override { return {"log.executions", "log.prompts"}; }
  std::vector<std::string_view> kinds() const override;
  std::string_view tables_sql() const override;
  std::string_view indexes_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
