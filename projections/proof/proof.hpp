#pragma once

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `proof`: every partition's Merkle tree over the records that count, and the signatures under it. A record's leaf has its height for
// its number, so every record must come here: what cannot be read is a leaf like any other, and nothing is refused.
class ProofProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "proof";

  std::string_view name() const override { return kName; }
  int version() const override { return 1; }
  std::vector<std::string_view> topics() const override { return {"log.prompts", "log.executions", "log.feedback"}; }
  bool takes_unreadable() const override { return true; }
  std::string_view tables_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
