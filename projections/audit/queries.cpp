#include "projections/audit/queries.hpp"

#include "projections/audit/word_search.hpp"

namespace ledger::projections {

PageQuery audit_page_query(const std::string& workspace, const AuditFilter& filter, TimeOrder time_order, const std::optional<AuditPlace>& after, int limit) {
  const AuditOrder order{filter.clock, time_order};
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  for (const auto& column : columns_of(filter)) conditions.where(column.name + " = ", column.value);
  const auto within = order.within(filter, after, conditions);
  const auto most = conditions.param(static_cast<std::int64_t>(limit) + 1);
  return {"SELECT " + order.place + ", prompt FROM audit.entry " + conditions.sql() + within + order.sql() + " LIMIT " + most, conditions.params(), limit};
}

AuditPage AuditQueries::list(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit) {
  return pool_.read([&](pg::Connection& connection) {
    if (filter.words) return WordSearch{connection, workspace, filter, order}.page(after, limit);
    return read_audit_page(connection, audit_page_query(workspace, filter, order, after, limit));
  });
}

}  // namespace ledger::projections
