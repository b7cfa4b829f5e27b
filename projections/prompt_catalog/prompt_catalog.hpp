#pragma once

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `prompt_catalog`: prompts with their versions and labels as they are now, and what workspaces have
// set. Its states are made by the domain's evolve, the same that decisions are made on.
class PromptCatalogProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "prompt_catalog";

  std::string_view name() const override { return kName; }
  int version() const override { return 1; }
  std::vector<std::string_view> topics() const override { return {"log.prompts"}; }
  std::vector<std::string_view> kinds() const override;
  std::string_view tables_sql() const override;
  std::string_view indexes_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
