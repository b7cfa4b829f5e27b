#pragma once

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `feedback`: feedback on requests, judges' scores of versions, scans of texts, and all scores, whichever way they were given. Its states are made
// by the domain's evolve, the same that decisions are made on.
class FeedbackProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "feedback";

  std::string_view name() const override { return kName; }
  int version() const override { return 3; }
  std::vector<std::string_view> topics() const override { return {"log.feedback"}; }
  std::string_view tables_sql() const override;
  std::string_view indexes_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
