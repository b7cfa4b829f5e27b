#pragma once

#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "log/record.hpp"
#include "projections/history/queries.hpp"
#include "projections/time_page.hpp"

namespace ledger::projections {

// What is absent does not filter.
struct AuditFilter {
  std::optional<std::string> actor = {}, kind = {}, type = {}, prompt = {}, correlation = {};
  std::optional<std::string> stream = {};                   // by its name: prompt/0190…
  std::optional<std::string> words = {};                    // all of which stand in the reason, whatever the case
  Clock clock = Clock::recorded;                            // that `from`, `until` and the order go by
  std::optional<Timestamp> from = {}, until = {};           // until is not included
};

// Where an event stands; the places of a page are in the order of time by the filter's clock, topic, partition and height.
struct AuditPlace {
  Timestamp at{};                      // by the filter's clock
  log::Position position;

  bool operator==(const AuditPlace&) const = default;
};

struct AuditEntry {
  AuditPlace place;
  std::optional<std::string> prompt;   // that the event says it is about
};

struct AuditPage {
  std::vector<AuditEntry> entries;
  std::optional<AuditPlace> next;      // absent on the last page
};

// What is asked for a page: which index answers it can be seen by EXPLAIN. One without words is one question. Words that are rare by PostgreSQL's statistics
// are asked of their own index; of frequent ones the reasons next to the place are looked through first, a bounded number.
PageQuery audit_page_query(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit);
PageQuery audit_nearby_query(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit);
PageQuery audit_words_query(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit);

// Says which events of a workspace there are: who changed what, when and why. Thread-safe. Throws pg::Fault.
class AuditQueries {
 public:
  explicit AuditQueries(pg::Pool& pool) : pool_{pool} {}

  AuditPage list(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
