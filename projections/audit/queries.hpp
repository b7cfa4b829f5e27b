#pragma once

#include <optional>
#include <string>

#include "infra/postgres/pool.hpp"
#include "projections/audit/page.hpp"

namespace ledger::projections {

// What is asked for a page without words: which index answers it can be seen by EXPLAIN.
PageQuery audit_page_query(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit);

// Says which events of a workspace there are: who changed what, when and why. Thread-safe. Throws pg::Fault.
class AuditQueries {
 public:
  explicit AuditQueries(pg::Pool& pool) : pool_{pool} {}

  AuditPage list(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
