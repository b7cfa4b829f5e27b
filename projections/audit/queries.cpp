#include "projections/audit/queries.hpp"

#include <charconv>
#include <string_view>

#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

// So many reasons are looked through before all places of frequent words are read: a word that one reason in a hundred has fills a page of 50 within them. And so many places are
// read at once.
constexpr std::int64_t kNearby = 6'000;

const std::string kColumns = "topic, partition, height, prompt, ";

// The names that a page's SQL is made of.
struct Order {
  std::string at;          // the column of the clock
  std::string direction;   // behind each column of ORDER BY
  std::string behind;      // compares a place with the one that the page begins behind

  Order(Clock clock, TimeOrder order)
      : at{clock == Clock::recorded ? "recorded_at" : "occurred_at"},
        direction{order == TimeOrder::newest_first ? " DESC" : ""},
        behind{order == TimeOrder::newest_first ? "<" : ">"} {}

  std::string sql() const { return " ORDER BY " + at + direction + ", topic" + direction + ", partition" + direction + ", height" + direction; }
};

// Everything but the words.
Conditions conditions_of(const std::string& workspace, const AuditFilter& filter, const Order& order, const std::optional<AuditPlace>& after) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  const auto is = [&](const std::string& column, const std::optional<std::string>& value) {
    if (value) conditions.where(column + " = ", *value);
  };
  is("actor", filter.actor);
  is("kind", filter.kind);
  is("type", filter.type);
  is("stream", filter.stream);
  is("prompt", filter.prompt);
  is("correlation_id", filter.correlation);
  if (filter.from) conditions.where(order.at + " >= ", *filter.from);
  if (filter.until) conditions.where(order.at + " < ", *filter.until);
  if (after) {
    const auto& [partition, height] = after->position;
    const auto at = conditions.param(after->at);
    const auto topic = conditions.param(partition.topic);
    const auto number = conditions.param(partition.number);
    conditions.where("(" + order.at + ", topic, partition, height) " + order.behind + " (" + at + ", " + topic + ", " + number + ", ", static_cast<std::int64_t>(height), ")");
  }
  return conditions;
}

std::string matches(Conditions& conditions, const AuditFilter& filter) { return "words @@ plainto_tsquery('simple', " + conditions.param(filter.words.value_or("")) + ")"; }

// In how many reasons of all workspaces the words stand, as PostgreSQL's statistics have it: nothing is read for it.
std::int64_t expected_places(pg::Connection& connection, const std::string& words) {
  const auto plan = connection.query("EXPLAIN SELECT FROM audit.entry WHERE words @@ plainto_tsquery('simple', $1)", pg::Params{words});
  constexpr std::string_view kRows = "rows=";
  const auto node = plan[0].text(0);
  const auto at = node.find(kRows);
  std::int64_t rows = 0;
  if (at != std::string_view::npos) std::from_chars(node.data() + at + kRows.size(), node.data() + node.size(), rows);
  return rows;
}

AuditPage read(pg::Connection& connection, const PageQuery& query) {
  AuditPage page;
  for (const pg::Row row : connection.query(query.sql, query.params)) {
    if (static_cast<int>(page.entries.size()) == query.limit) {
      page.next = page.entries.back().place;   // there is one more
      break;
    }
    const log::Position position{{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))}, static_cast<std::uint64_t>(row.number(2))};
    page.entries.push_back({{row.time(4), position}, row.is_null(3) ? std::nullopt : std::optional{std::string{row.text(3)}}});
  }
  return page;
}

}  // namespace

PageQuery audit_page_query(const std::string& workspace, const AuditFilter& filter, TimeOrder time_order, const std::optional<AuditPlace>& after, int limit) {
  const Order order{filter.clock, time_order};
  auto conditions = conditions_of(workspace, filter, order, after);
  const auto most = conditions.param(static_cast<std::int64_t>(limit) + 1);
  return {"SELECT " + kColumns + order.at + " FROM audit.entry " + conditions.sql() + order.sql() + " LIMIT " + most, conditions.params(), limit};
}

PageQuery audit_nearby_query(const std::string& workspace, const AuditFilter& filter, TimeOrder time_order, const std::optional<AuditPlace>& after, int limit) {
  const Order order{filter.clock, time_order};
  auto conditions = conditions_of(workspace, filter, order, after);
  conditions.add("words IS NOT NULL");
  const auto nearby = "SELECT " + kColumns + order.at + ", words FROM audit.entry " + conditions.sql() + order.sql() + " LIMIT " + conditions.param(kNearby);
  const auto found = matches(conditions, filter);
  const auto most = conditions.param(static_cast<std::int64_t>(limit) + 1);
  return {"SELECT " + kColumns + order.at + " FROM (" + nearby + ") nearby WHERE " + found + order.sql() + " LIMIT " + most, conditions.params(), limit};
}

PageQuery audit_words_query(const std::string& workspace, const AuditFilter& filter, TimeOrder time_order, const std::optional<AuditPlace>& after, int limit) {
  const Order order{filter.clock, time_order};
  auto conditions = conditions_of(workspace, filter, order, after);
  conditions.add(matches(conditions, filter));
  // Materialized: a planner that hopes to find the page soon would walk down all entries.
  const auto found = "WITH found AS MATERIALIZED (SELECT " + kColumns + order.at + " FROM audit.entry " + conditions.sql() + ") ";
  const auto most = conditions.param(static_cast<std::int64_t>(limit) + 1);
  return {found + "SELECT " + kColumns + order.at + " FROM found" + order.sql() + " LIMIT " + most, conditions.params(), limit};
}

AuditPage AuditQueries::list(const std::string& workspace, const AuditFilter& filter, TimeOrder order, const std::optional<AuditPlace>& after, int limit) {
  return pool_.read([&](pg::Connection& connection) {
    if (!filter.words) return read(connection, audit_page_query(workspace, filter, order, after, limit));
    if (expected_places(connection, *filter.words) > kNearby) {
      auto page = read(connection, audit_nearby_query(workspace, filter, order, after, limit));
      if (page.next) return page;
    }
    return read(connection, audit_words_query(workspace, filter, order, after, limit));
  });
}

}  // namespace ledger::projections
