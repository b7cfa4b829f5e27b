#pragma once

#include <optional>
#include <string>
#include <vector>

#include "log/record.hpp"
#include "projections/conditions.hpp"
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

  auto operator<=>(const AuditPlace&) const = default;
};

struct AuditEntry {
  AuditPlace place;
  std::optional<std::string> prompt;   // that the event says it is about
};

struct AuditPage {
  std::vector<AuditEntry> entries;
  std::optional<AuditPlace> next;      // absent on the last page; with words it may be there though the page is not full, or empty
};

// The order of a page, as SQL has it.
struct AuditOrder {
  std::string at;          // the column of the clock
  std::string place;       // the columns of a place
  std::string direction;   // behind each column of ORDER BY
  std::string behind;      // compares a place with the one that the page begins behind

  AuditOrder(Clock clock, TimeOrder order);

  std::string sql() const;
  // `AND …`: a place is in the filter's period, and behind this one. The statement gets their parameters.
  std::string within(const AuditFilter& filter, const std::optional<AuditPlace>& after, Conditions& statement) const;
};

// A filter that is a column's value.
struct AuditColumn {
  std::string name, value;
  bool by_workspace = true;   // its index begins with the workspace
};
std::vector<AuditColumn> columns_of(const AuditFilter& filter);

// A place, whose columns begin with this one.
AuditPlace audit_place(const pg::Row& row, int first);

// The answer to a query for a place and the prompt, of one row more than the page has.
AuditPage read_audit_page(pg::Connection& connection, const PageQuery& query);

}  // namespace ledger::projections
