#pragma once

#include <string>

#include "projections/projection.hpp"

namespace ledger::projections {

// The read model `history`: every record that counts, by stream, tag, command and time. The audit trail, and what
// decisions load from.
class HistoryProjection final : public Projection {
 public:
  static constexpr std::string_view kName = "history";

  std::string_view name() const override { return kName; }
  int version() const override { return 2; }
  std::vector<std::string_view> topics() const override { return {"log.prompts", "log.executions", "log.feedback"}; }
  bool takes_unreadable() const override { return true; }
  std::string_view tables_sql() const override;
  std::string_view indexes_sql() const override;
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;
};

// What the tag table knows a tag by: a tag is a name within its partition key.
std::string tag_digest(std::string_view partition_key, std::string_view tag);

}  // namespace ledger::projections
