#pragma once

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `audit`: where each event of a workspace stands, by who, what, when, why, in which stream, about which prompt, and by what request.
class AuditProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "audit";

  std::string_view name() const override { return kName; }
  int version() const override { return 2; }
  std::vector<std::string_view> topics() const override { return {"log.prompts", "log.executions", "log.feedback"}; }
  std::string_view tables_sql() const override;
  std::string_view indexes_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
