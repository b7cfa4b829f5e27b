#include "projections/audit/page.hpp"

namespace ledger::projections {

AuditOrder::AuditOrder(Clock clock, TimeOrder order)
    : at{clock == Clock::recorded ? "recorded_at" : "occurred_at"},
      place{at + ", topic, partition, height"},
      direction{order == TimeOrder::newest_first ? " DESC" : ""},
      behind{order == TimeOrder::newest_first ? "<" : ">"} {}

std::string AuditOrder::sql() const { return " ORDER BY " + at + direction + ", topic" + direction + ", partition" + direction + ", height" + direction; }

std::string AuditOrder::within(const AuditFilter& filter, const std::optional<AuditPlace>& after, Conditions& statement) const {
  std::string sql;
  if (filter.from) sql += " AND " + at + " >= " + statement.param(*filter.from);
  if (filter.until) sql += " AND " + at + " < " + statement.param(*filter.until);
  if (!after) return sql;
  const auto& [partition, height] = after->position;
  sql += " AND (" + place + ") " + behind + " (" + statement.param(after->at) + ", ";
  sql += statement.param(partition.topic) + ", ";
  sql += statement.param(partition.number) + ", ";
  return sql + statement.param(static_cast<std::int64_t>(height)) + ")";
}

std::vector<AuditColumn> columns_of(const AuditFilter& filter) {
  std::vector<AuditColumn> out;
  const auto add = [&](const char* name, const std::optional<std::string>& value, bool by_workspace) {
    if (value) out.push_back({name, *value, by_workspace});
  };
  add("actor", filter.actor, true);
  add("kind", filter.kind, true);
  add("type", filter.type, true);
  add("stream", filter.stream, false);
  add("prompt", filter.prompt, false);
  add("correlation_id", filter.correlation, false);
  return out;
}

AuditPlace audit_place(const pg::Row& row, int first) {
  return {row.time(first), {{std::string{row.text(first + 1)}, static_cast<std::int32_t>(row.number(first + 2))}, static_cast<std::uint64_t>(row.number(first + 3))}};
}

AuditPage read_audit_page(pg::Connection& connection, const PageQuery& query) {
  constexpr int kPrompt = 4;
  AuditPage page;
  for (const pg::Row row : connection.query(query.sql, query.params)) {
    if (static_cast<int>(page.entries.size()) == query.limit) {
      page.next = page.entries.back().place;   // there is one more
      break;
    }
    page.entries.push_back({audit_place(row, 0), row.maybe_text(kPrompt)});
  }
  return page;
}

}  // namespace ledger::projections
