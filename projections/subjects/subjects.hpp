#pragma once

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `subjects`: whose texts were erased. It also carries erasures out: the keys are deleted in the transaction that moves the
// checkpoint behind their erasure. They are in no read model (subject_key_table.hpp), so a rebuild deletes what is gone already, and a database that
// was put back with its keys loses them again as it catches up.
class SubjectsProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "subjects";

  std::string_view name() const override { return kName; }
  int version() const override { return 1; }
  std::vector<std::string_view> topics() const override { return {"log.prompts"}; }
  std::vector<std::string_view> kinds() const override;
  std::string_view tables_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

}  // namespace ledger::projections
