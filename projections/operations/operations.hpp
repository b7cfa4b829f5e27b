#pragma once

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `operations`: what is asked of each projection. Runners and rebuilds look here (orders.hpp).
class OperationsProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "operations";

  std::string_view name() const override { return kName; }
  int version() const override { return 1; }
  std::vector<std::string_view> topics() const override { return {"log.prompts"}; }
  std::vector<std::string_view> kinds() const override;
  std::string_view tables_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
